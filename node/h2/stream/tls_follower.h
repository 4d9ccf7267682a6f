// TlsFollower: looks at the files of a TlsContext once a second, on a loop, and tells when they
// have changed into something that cannot be used.
//
// For the loop's thread.
#pragma once

#include <chrono>

#include "node/h2/loop/event_loop.h"
#include "node/h2/stream/tls_context.h"
#include "node/live/complaints.h"

namespace ringlab {

class TlsFollower final : private Alarm {
 public:
  static constexpr Duration kEvery = std::chrono::seconds(1);

  TlsFollower(EventLoop& loop, TlsContext& context, Complaints& complaints)
      : loop_(loop), context_(context), complaints_(complaints) {
    loop_.alarms().Set(*this, loop_.Now() + kEvery);
  }
  ~TlsFollower() { loop_.alarms().Set(*this, kNever); }

 private:
  void OnAlarm(TimePoint now) override {
    if (const auto followed = context_.Follow(); !followed) {
      complaints_.Add("certificates", followed.error().message, now);
    }
    loop_.alarms().Set(*this, now + kEvery);
  }

  EventLoop& loop_;
  TlsContext& context_;
  Complaints& complaints_;
};

}  // namespace ringlab
