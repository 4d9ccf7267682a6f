#include "loadgen/measure/time_series.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/check.h"

namespace ringlab {

namespace {

// A list packed: for each counter how far it is from the one before, and its count; seven bits a
// byte, the lowest first, the eighth says that more follow.
void PutNumber(std::uint64_t number, std::string& packed) {
  for (; number > 127; number >>= 7) packed += static_cast<char>(number | 128);
  packed += static_cast<char>(number);
}

std::uint64_t TakeNumber(const std::string& packed, std::size_t& at) {
  std::uint64_t number = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(packed[at++]);
    number |= (byte & 127ULL) << shift;
    if (byte < 128) return number;
  }
}

BucketCounts Unpack(const std::string& packed) {
  BucketCounts buckets;
  std::uint64_t index = 0;
  for (std::size_t at = 0; at < packed.size();) {
    index += TakeNumber(packed, at);
    const std::uint64_t count = TakeNumber(packed, at);
    buckets.push_back({.index = index & 0xffff, .count = count & kBucketCountMax});
  }
  return buckets;
}

void AppendTo(BucketCounts& buckets, const BucketCount& next) {
  if (!buckets.empty() && buckets.back().index == next.index) {
    buckets.back().count += next.count;
  } else {
    buckets.push_back(next);
  }
}

BucketCounts Merged(const BucketCounts& a, std::span<const BucketCount> b) {
  BucketCounts merged;
  merged.reserve(a.size() + b.size());
  auto from_a = a.begin();
  auto from_b = b.begin();
  while (from_a != a.end() || from_b != b.end()) {
    const bool take_a = from_b == b.end() || (from_a != a.end() && from_a->index <= from_b->index);
    AppendTo(merged, take_a ? *from_a++ : *from_b++);
  }
  return merged;
}

void MergeInto(std::string& packed, std::span<const BucketCount> fresh) {
  if (fresh.empty()) return;
  const BucketCounts merged = Merged(Unpack(packed), fresh);
  packed.clear();
  std::uint64_t last = 0;
  for (const BucketCount& bucket : merged) {
    PutNumber(bucket.index - last, packed);
    PutNumber(bucket.count, packed);
    last = bucket.index;
  }
  if (packed.capacity() > packed.size() + packed.size() / 4) packed.shrink_to_fit();
}

}  // namespace

// How often each counter of Histogram was added, whatever the order.
class TimeSeries::Counter {
 public:
  void Add(std::uint16_t index) { added_.push_back(index); }

  // In rising order; then it is as new.
  BucketCounts Take() {
    BucketCounts taken;
    if (added_.size() >= kCountedFrom) {
      TakeCounted(taken);
    } else {
      std::ranges::sort(added_);
      for (const std::uint16_t index : added_) AppendTo(taken, {.index = index, .count = 1});
    }
    added_.clear();
    return taken;
  }

 private:
  // Fewer are sorted sooner than the counters between the least and the greatest are looked at.
  static constexpr std::size_t kCountedFrom = 1024;

  void TakeCounted(BucketCounts& taken) {
    counts_.resize(Histogram::kCountsLength);
    for (const std::uint16_t index : added_) ++counts_[index];
    const auto [least, greatest] = std::ranges::minmax(added_);
    for (std::size_t i = least; i <= greatest; ++i) {
      if (counts_[i] > 0)
        taken.push_back({.index = i & 0xffff, .count = std::exchange(counts_[i], 0)});
    }
  }

  std::vector<std::uint16_t> added_;
  std::vector<std::uint32_t> counts_;  // none but 0 between two calls
};

std::uint64_t CountOf(const BucketCounts& buckets) {
  std::uint64_t count = 0;
  for (const BucketCount& bucket : buckets) count += bucket.count;
  return count;
}

std::int64_t ValueAtPercentile(const BucketCounts& buckets, double percentile, std::int64_t max) {
  const auto all = static_cast<double>(CountOf(buckets));
  const double wanted = std::nextafter(percentile, 0.0) * all / 100;
  const auto target = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(wanted)));
  std::uint64_t seen = 0;
  for (const BucketCount& bucket : buckets) {
    seen += bucket.count;
    if (seen >= target) return std::min(Histogram::HighestAt(bucket.index), max);
  }
  return buckets.empty() ? 0 : max;
}

void TimeSeries::Counts::Add(const Counts& other) {
  scheduled += other.scheduled;
  sent += other.sent;
  skipped += other.skipped;
  late += other.late;
  ok += other.ok;
  not_found += other.not_found;
  failed += other.failed;
  for (std::size_t i = 0; i < levels.size(); ++i) levels[i] += other.levels[i];
  response_max = std::max(response_max, other.response_max);
}

Duration TimeSeries::IntervalFor(Duration length) {
  using std::chrono::seconds;
  const Duration most = seconds(kIntervalsMax);
  return seconds(std::max<std::int64_t>(1, (length + most - Duration(1)) / most));
}

TimeSeries::TimeSeries(Duration length, Duration interval) : interval_(interval), length_(length) {
  RL_CHECK(length > Duration::zero() && interval > Duration::zero());
  const auto intervals = static_cast<std::size_t>((length + interval - Duration(1)) / interval);
  RL_CHECK(intervals <= kOpenIntervalsMax);
  counts_.resize(intervals);
  latencies_.resize(intervals);
}

Duration TimeSeries::LengthOf(std::size_t interval) const {
  return std::min(interval_, length_ - static_cast<std::int64_t>(interval) * interval_);
}

void TimeSeries::Cut(Duration length) {
  if (empty() || length >= length_) return;
  length_ = std::max(length, Duration(1));
  const auto left = static_cast<std::size_t>((length_ + interval_ - Duration(1)) / interval_);
  for (std::size_t i = left; i < size(); ++i) RL_CHECK(counts_[i].scheduled == 0);
  counts_.resize(left);
  latencies_.resize(left);
}

void TimeSeries::Coarsen() {
  const std::size_t together = (size() + kIntervalsMax - 1) / kIntervalsMax;
  if (together <= 1) return;
  TimeSeries coarse(length_, interval_ * static_cast<std::int64_t>(together));
  for (std::size_t i = 0; i < size(); ++i) {
    const std::size_t at = i / together;
    coarse.counts_[at].Add(counts_[i]);
    for (std::size_t k = 0; k < latencies_[i].size(); ++k) {
      MergeInto(coarse.latencies_[at][k], Unpack(latencies_[i][k]));
    }
  }
  *this = std::move(coarse);
}

std::size_t TimeSeries::At(Duration offset) const {
  const auto at = static_cast<std::size_t>(std::max<Duration::rep>(0, offset / interval_));
  return std::min(at, counts_.size() - 1);
}

void TimeSeries::Add(std::span<Answer> answers) {
  // They come nearly in the order of their intervals, so that most of a list are of one or two.
  constexpr int kUnsorted = 8;
  Counter counter;
  for (int i = 0; !answers.empty(); ++i) {
    if (i == kUnsorted) std::ranges::sort(answers, {}, &Answer::interval);
    const std::uint16_t interval = answers.front().interval;
    const auto is_of_it = [interval](const Answer& a) { return a.interval == interval; };
    const auto others = i < kUnsorted ? std::ranges::partition(answers, is_of_it).begin()
                                      : std::ranges::find_if_not(answers, is_of_it);
    AddTo(latencies_[interval], {answers.begin(), others}, counter);
    answers = {others, answers.end()};
  }
}

void TimeSeries::AddTo(Latencies& of, std::span<const Answer> answers, Counter& counter) {
  for (std::size_t operation = 0; operation < kOperations; ++operation) {
    for (const Answer& answer : answers) {
      if (answer.operation == operation) counter.Add(answer.response);
    }
    MergeInto(of[operation], counter.Take());
  }
  for (const Answer& answer : answers) counter.Add(answer.service);
  MergeInto(of[kService], counter.Take());
}

void TimeSeries::AddMany(const Answer& answer, std::uint32_t times) {
  if (times == 0) return;
  Latencies& of = latencies_[answer.interval];
  const BucketCount response{.index = answer.response, .count = times};
  const BucketCount service{.index = answer.service, .count = times};
  MergeInto(of[answer.operation], {&response, 1});
  MergeInto(of[kService], {&service, 1});
}

void TimeSeries::AddResponses(std::size_t interval, Operation operation,
                              std::span<const BucketCount> fresh) {
  MergeInto(latencies_[interval][static_cast<std::size_t>(operation)], fresh);
}

void TimeSeries::AddServices(std::size_t interval, std::span<const BucketCount> fresh) {
  MergeInto(latencies_[interval][kService], fresh);
}

BucketCounts TimeSeries::response(std::size_t interval, Operation operation) const {
  return Unpack(latencies_[interval][static_cast<std::size_t>(operation)]);
}

BucketCounts TimeSeries::response(std::size_t interval) const {
  BucketCounts all;
  for (std::size_t i = 0; i < kOperations; ++i) {
    all = Merged(all, Unpack(latencies_[interval][i]));
  }
  return all;
}

BucketCounts TimeSeries::service(std::size_t interval) const {
  return Unpack(latencies_[interval][kService]);
}

void TimeSeries::Merge(const TimeSeries& other) {
  if (other.empty()) return;
  if (empty()) *this = TimeSeries(other.length_, other.interval_);
  RL_CHECK(length_ == other.length_ && interval_ == other.interval_);
  for (std::size_t i = 0; i < size(); ++i) {
    counts_[i].Add(other.counts_[i]);
    for (std::size_t k = 0; k < latencies_[i].size(); ++k) {
      MergeInto(latencies_[i][k], Unpack(other.latencies_[i][k]));
    }
  }
}

}  // namespace ringlab
