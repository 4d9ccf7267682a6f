#include "node/wire/answer_times.h"

#include <algorithm>

namespace ringlab {

AnswerTimes TimesOf(const GetReply& reply, Duration took, Duration queue) {
  const auto ns = [](Duration time) {
    return static_cast<float>(std::max(Duration(0), time).count());
  };
  AnswerTimes times = reply.times;
  times.took = std::max(1.0F, ns(took));  // 0 would say nothing
  const float own_queue = std::min(ns(queue), times.took);
  const float rest = times.took - own_queue;
  const float waits = times.queue + times.hop + times.source;
  if (waits > rest) {
    const float part = rest / waits;
    times.queue *= part;
    times.hop *= part;
    times.source *= part;
  } else if (waits == 0 && reply.level == Level::kSource) {
    times.source = rest;
  } else if (waits == 0 && reply.level == Level::kPeer) {
    times.hop = rest;
  }
  times.queue += own_queue;
  return times;
}

}  // namespace ringlab
