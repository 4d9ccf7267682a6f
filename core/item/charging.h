// How items are charged: by what malloc gave them, which is what they cost; or by rule.
//
// malloc gives a block 16 bytes more now and then, as its heap happens to be cut up. So which entry
// has to leave a full cache depends a little on what the process did before. A simulation must not.
#pragma once

namespace ringlab {

// From now on, and for the whole process: items are charged as Item::ChargeOf says. Before the
// first cache: what an item was charged must be what it gives back. Thread-safe; more calls do
// nothing.
void ChargeItemsByRule();

}  // namespace ringlab
