// WaitFor: does something on a loop's thread and waits until it is done. Not from a loop.
#pragma once

#include <latch>
#include <utility>

#include "core/base/check.h"
#include "node/h2/loop/event_loop.h"

namespace ringlab {

template <class Act>
void WaitFor(EventLoop& loop, Act act) {
  RL_CHECK_BECAUSE(!loop.InLoop(), "a loop cannot wait for itself");
  std::latch done(1);
  loop.Post([&] {
    act();
    done.count_down();
  });
  done.wait();
}

}  // namespace ringlab
