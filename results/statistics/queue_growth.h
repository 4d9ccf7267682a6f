// Whether a queue grows: more is asked than what serves can take.
//
// Such a run has no latency of its own: the longer it lasts, the worse it looks. It is told by
// regression, as GuideLLM does it: the requests in flight and the response times both rise, each
// with a slope whose 95 % interval lies above 0 (results/statistics/trend.h). Both must also grow
// from each quarter of the stretch to the next, which a single step up does not do; and what is
// left over must be more than kLeftOverMin of what was asked meanwhile, so that a load which rises
// is not taken for a queue. The longest stretches that end now are looked at first.
//
// Pure; any thread may call the function. A QueueWatch is not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ringlab {

// A second of a run.
struct QueueSecond {
  double in_flight = 0;                    // mean of what was seen in it
  std::optional<double> response_ns = {};  // mean of the answers that came in it; absent without
  double asked = 0;                        // requests sent in it

  friend bool operator==(const QueueSecond&, const QueueSecond&) = default;
};

// Seconds [from, to), and the straight lines at both ends of them.
struct QueueGrowth {
  std::size_t from = 0;
  std::size_t to = 0;
  double in_flight_from = 0;
  double in_flight_to = 0;
  double response_from_ns = 0;
  double response_to_ns = 0;
  double left_over = 0;  // share of what was asked: so much less is taken than is asked

  friend bool operator==(const QueueGrowth&, const QueueGrowth&) = default;
};

inline constexpr std::array<std::size_t, 4> kQueueStretches{60, 32, 16, 8};  // seconds
inline constexpr double kLeftOverMin = 0.01;

// In the last seconds of these; absent when no queue grew in them.
std::optional<QueueGrowth> GrowthAtEnd(std::span<const QueueSecond> seconds);

// At the first second at which it was seen.
std::optional<QueueGrowth> FirstGrowth(std::span<const QueueSecond> seconds);

// The same while a run goes on: it is shown what there is every now and then, and keeps seconds.
class QueueWatch {
 public:
  struct Look {
    double at_s = 0;  // since the start; not before the last look
    // Absent after the end of the sending, where it only falls.
    std::optional<std::uint64_t> in_flight = {};
    std::uint64_t sent = 0;      // since the start
    std::uint64_t answered = 0;  // since the last look
    double response_sum_ns = 0;  // of these
  };
  static constexpr std::size_t kSecondsMax = 24 * 3600;  // later ones are not kept

  // Of seconds that ended without a look there is no response time, and what was sent in all of
  // them is each one's in equal parts.
  void Add(const Look& look);

  // Whole seconds so far. `grew` stays once it was so.
  const std::vector<QueueSecond>& seconds() const { return seconds_; }
  const std::optional<QueueGrowth>& grew() const { return grew_; }

 private:
  void EndSeconds(std::size_t count, std::uint64_t sent);

  std::vector<QueueSecond> seconds_;
  std::optional<QueueGrowth> grew_;
  // Of the second that goes on.
  double in_flight_sum_ = 0;
  std::uint64_t looks_ = 0;
  std::uint64_t answered_ = 0;
  double response_sum_ns_ = 0;
  std::uint64_t sent_before_ = 0;
};

}  // namespace ringlab
