#include "loadgen/measure/breakdown.h"

#include <algorithm>
#include <utility>

namespace ringlab {

StageSample StagesOf(const SentRequest& request, TimePoint began, TimePoint done,
                     const GetReply& reply) {
  const auto ns = [](Duration time) {
    return static_cast<float>(std::max(Duration(0), time).count());
  };
  StageSample sample{.asked = request.asked, .owner = request.owner, .level = reply.level};
  const auto set = [&sample](Stage stage, float value) {
    sample.ns[static_cast<std::size_t>(stage)] = value;
  };
  const float service = ns(done - request.sent);
  // No node had it for longer than it was away; clocks of one rate say so, and bytes may not.
  const float took = std::min(reply.times.took, service);
  float left = took;
  for (const auto& [stage, told] :
       {std::pair(Stage::kQueue, reply.times.queue), std::pair(Stage::kHop, reply.times.hop),
        std::pair(Stage::kSource, reply.times.source)}) {
    const float part = std::min(told, left);
    set(stage, part);
    left -= part;
  }
  set(Stage::kHandler, left);
  set(Stage::kNetwork, service - took);
  set(Stage::kSendLag, ns(began - request.intended));
  set(Stage::kClient, ns(request.sent - began));
  return sample;
}

bool IsTimed(std::uint64_t request, std::uint64_t every) {
  if (every == 0) return false;
  // Fibonacci hashing (D. E. Knuth, The Art of Computer Programming 3, section 6.4).
  return (request * 0x9E37'79B9'7F4A'7C15U >> 32) % every == 0;
}

void Breakdown::Record(const StageSample& sample) {
  ++recorded_;
  if (samples_.size() < kSamplesMax) {
    samples_.push_back(sample);
  } else if (const std::uint64_t at = rng_.Below(recorded_); at < kSamplesMax) {
    samples_[at] = sample;
  }
}

void Breakdown::Merge(const Breakdown& other) {
  recorded_ += other.recorded_;
  samples_.insert(samples_.end(), other.samples_.begin(), other.samples_.end());
}

void InFlight::Merge(const InFlight& other) {
  arrivals += other.arrivals;
  seen += other.seen;
  stayed += other.stayed;
}

}  // namespace ringlab
