#include "core/guard/admission.h"

#include <algorithm>

#include "core/base/check.h"

namespace ringlab {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::int64_t kMeanOver = 16;        // finished requests, roughly
constexpr std::uint32_t kStepsToFull = 64;    // an adaptive limit's way up
constexpr std::uint32_t kShrinkDivisor = 10;  // a tenth at a time, as Netflix's AIMD limit

std::int64_t Nanoseconds(TimePoint time) { return time.time_since_epoch().count(); }

}  // namespace

Admission::Admission(AdmissionOptions options)
    : pushback_min_(options.pushback_min), pushback_max_(options.pushback_max) {
  RL_CHECK(Duration::zero() < pushback_min_ && pushback_min_ <= pushback_max_);
  for (const Hop hop : {Hop::kCaller, Hop::kPeer}) {
    Lane& lane = LaneOf(hop);
    lane.options = hop == Hop::kPeer ? options.peers : options.callers;
    RL_CHECK(lane.options.limit >= 1 && lane.options.limit_min >= 1);
    lane.options.limit_min = std::min(lane.options.limit_min, lane.options.limit);
    lane.limit = lane.options.limit;
  }
}

void Admission::Permit::Finish(TimePoint now) {
  if (lane_ == nullptr) return;
  lane_->Learn(std::max(now - since_, Duration(1)), now);
  Release();
}

// Two threads at once may lose a sample or a change: the next one makes up for it.
void Admission::Lane::Learn(Duration took, TimePoint now) {
  const std::int64_t old_mean = service_time_ns.load(kRelaxed);
  const std::int64_t mean =
      old_mean == 0 ? took.count() : old_mean + (took.count() - old_mean) / kMeanOver;
  service_time_ns.store(std::max<std::int64_t>(mean, 1), kRelaxed);
  if (options.service_time_target == Duration::zero()) return;
  std::int64_t due = next_change_ns.load(kRelaxed);
  if (Nanoseconds(now) < due) return;
  const std::int64_t next = Nanoseconds(SaturatingAdd(now, options.interval));
  if (next_change_ns.compare_exchange_strong(due, next, kRelaxed)) Adapt(Duration(mean));
}

void Admission::Lane::Adapt(Duration service_time) {
  const std::uint32_t now = limit.load(kRelaxed);
  if (service_time > options.service_time_target) {
    const std::uint32_t less = std::max(now / kShrinkDivisor, 1U);
    return limit.store(std::max(now - less, options.limit_min), kRelaxed);
  }
  // A limit that nobody comes near proves nothing by not being exceeded.
  const std::uint64_t in_flight = admitted.load(kRelaxed) - finished.load(kRelaxed);
  if (in_flight * 2 < now) return;
  const std::uint32_t more = std::max(options.limit / kStepsToFull, 1U);
  limit.store(std::min(now + more, options.limit), kRelaxed);
}

Duration Admission::Pushback(Hop hop, TimePoint now) {
  Lane& lane = LaneOf(hop);
  // With n in flight for a time W each, one finishes every W / n.
  const std::int64_t place =
      std::max<std::int64_t>(lane.service_time_ns.load(kRelaxed) / lane.limit.load(kRelaxed), 1);
  const std::int64_t start = std::max(lane.queue_end_ns.load(kRelaxed), Nanoseconds(now));
  const Duration wait = std::min(Duration(start + place - Nanoseconds(now)), pushback_max_);
  // Two who ask at once may get the same place.
  lane.queue_end_ns.store(Nanoseconds(now) + wait.count(), kRelaxed);
  return std::max(wait, pushback_min_);
}

LaneStats Admission::stats(Hop hop) const {
  const Lane& lane = lanes_[hop == Hop::kPeer ? 1 : 0];
  const std::uint64_t finished = lane.finished.load();  // first: it is never the larger one
  const std::uint64_t admitted = lane.admitted.load();
  return {.admitted = admitted,
          .finished = finished,
          .in_flight = admitted - finished,
          .refused = lane.refused.load(),
          .limit = lane.limit.load(),
          .service_time = Duration(lane.service_time_ns.load())};
}

}  // namespace ringlab
