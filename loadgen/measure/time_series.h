// TimeSeries: a run second by second, each request in the interval in which it was planned to
// start.
//
// So what a stall does to those who come during it shows where it happened, as their latencies
// count from the planned start, and every interval has its identities:
//   scheduled = sent + skipped,  sent = answered + failed
//   answered = ok + not_found = the responses = the services
// once the phase is over; the sums over the intervals are the phase's Totals.
//
// Latencies are kept as the counters of core/base/histogram.h that counted something, packed into
// two bytes or so each: some 16 KB an interval at 10,000 requests a second, and no more intervals
// than kIntervalsMax however long the run; only one without an end has more, until it is over. An
// answer's are handed in as an Answer of eight bytes, many at a time: whoever counts an answer only
// appends it to a list. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/histogram.h"
#include "core/base/time.h"
#include "core/types.h"
#include "loadgen/plan/operation.h"

namespace ringlab {

// A counter of Histogram by its index, and what it counted.
struct BucketCount {
  std::uint64_t index : 16;
  std::uint64_t count : 48;

  friend bool operator==(const BucketCount&, const BucketCount&) = default;
};
inline constexpr std::uint64_t kBucketCountMax = (std::uint64_t{1} << 48) - 1;
using BucketCounts = std::vector<BucketCount>;  // in rising order of index

std::uint64_t CountOf(const BucketCounts& buckets);

// As Histogram::ValueAtPercentile, and never above `max`; 0 when there are none.
std::int64_t ValueAtPercentile(const BucketCounts& buckets, double percentile, std::int64_t max);

class TimeSeries {
 public:
  static constexpr std::size_t kIntervalsMax = 3600;
  static constexpr std::size_t kOpenIntervalsMax = 65'536;  // as an Answer can number
  static constexpr Duration kLateAfter = std::chrono::milliseconds(1);

  struct Counts {
    std::uint64_t scheduled = 0;
    std::uint64_t sent = 0;
    std::uint64_t skipped = 0;
    std::uint64_t late = 0;  // of sent: more than kLateAfter after the planned start
    std::uint64_t ok = 0;
    std::uint64_t not_found = 0;
    std::uint64_t failed = 0;
    std::array<std::uint64_t, kLevels> levels{};  // keys of gets that were answered there
    std::int64_t response_max = 0;                // ns, of the answered ones

    void Add(const Counts& other);
    friend bool operator==(const Counts&, const Counts&) = default;
  };

  // One request that ended. An interval below kIntervalsMax and two counters of Histogram.
  struct Answer {
    std::uint16_t interval = 0;
    std::uint16_t operation = 0;
    std::uint16_t response = 0;
    std::uint16_t service = 0;
  };

  // The shortest whole number of seconds that makes no more than kIntervalsMax of `length`.
  static Duration IntervalFor(Duration length);

  TimeSeries() = default;  // of no interval: nothing is kept
  TimeSeries(Duration length, Duration interval);

  bool empty() const { return counts_.empty(); }
  std::size_t size() const { return counts_.size(); }
  Duration interval() const { return interval_; }
  Duration length() const { return length_; }
  // The last interval may end before its time.
  Duration LengthOf(std::size_t interval) const;

  // Of a phase that ended early: it was so long, and nothing was planned to start later.
  void Cut(Duration length);

  // Neighbours put together, so that no more than kIntervalsMax are left.
  void Coarsen();

  // The interval of a planned start: `offset` from the start of the phase.
  std::size_t At(Duration offset) const;
  Counts& counts(std::size_t interval) { return counts_[interval]; }
  const Counts& counts(std::size_t interval) const { return counts_[interval]; }

  // Sorts the latencies of answers in; the list is reordered.
  void Add(std::span<Answer> answers);
  // Many that took equally long.
  void AddMany(const Answer& answer, std::uint32_t times);

  // Many that were counted elsewhere, in rising order of index.
  void AddResponses(std::size_t interval, Operation operation, std::span<const BucketCount> fresh);
  void AddServices(std::size_t interval, std::span<const BucketCount> fresh);

  BucketCounts response(std::size_t interval, Operation operation) const;
  BucketCounts response(std::size_t interval) const;  // of all operations
  BucketCounts service(std::size_t interval) const;

  // As if everything had been counted here. Of the same intervals, or one of them has none.
  void Merge(const TimeSeries& other);

 private:
  class Counter;

  static constexpr std::size_t kService = kOperations;
  // Packed; the response times of each operation, the service times of all.
  using Latencies = std::array<std::string, kOperations + 1>;

  static void AddTo(Latencies& of, std::span<const Answer> answers, Counter& counter);

  Duration interval_{};
  Duration length_{};
  std::vector<Counts> counts_;
  std::vector<Latencies> latencies_;
};

}  // namespace ringlab
