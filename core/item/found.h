// Found: what a cache found, a Value that knows its times. False when there was none.
//
// As a Value: immutable, and any thread may read it.
#pragma once

#include <utility>

#include "core/base/time.h"
#include "core/item/value.h"

namespace ringlab {

class Found : public Value {
 public:
  Found() = default;
  explicit Found(Value value, bool stale = false) : Value(std::move(value)), stale_(stale) {}

  // Past its expiry, and still in its stale window: serve it, and load the value anew.
  bool stale() const { return stale_; }

  // When it expires, and until when it may be served stale: kNever if it does not, or if nothing
  // was found.
  TimePoint expires() const { return item() == nullptr ? kNever : item()->expires(); }
  TimePoint stale_until() const { return item() == nullptr ? kNever : item()->stale_until(); }

  // How long before `now` it was stored, in steps of 10 ms. Something was found, by a cache that
  // has a clock.
  Duration Age(TimePoint now) const { return item()->Age(now); }

 private:
  friend class Cache;

  bool stale_ = false;
};

}  // namespace ringlab
