// The times of an answer, once the node has given it. Pure; any thread may call.
#pragma once

#include "core/base/time.h"
#include "core/types.h"

namespace ringlab {

// Of a reply of this node's group: `took` is from the arrival of the request's bytes to the answer,
// `queue` of that until a thread took it up. The parts never add up to more than `took`: who joined
// a load when a part of it was over waited for the rest. Of a load whose leader did not ask, the
// wait is all the source's or all on the way, as the reply's level says.
AnswerTimes TimesOf(const GetReply& reply, Duration took, Duration queue);

}  // namespace ringlab
