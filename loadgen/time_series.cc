#include "loadgen/time_series.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"

namespace ringlab {

namespace {

void MergeInto(BucketCounts& to, std::span<const BucketCount> from) {
  if (from.empty()) return;
  BucketCounts merged;
  merged.reserve(to.size() + from.size());
  auto a = to.begin();
  auto b = from.begin();
  while (a != to.end() || b != from.end()) {
    const bool take_a = b == from.end() || (a != to.end() && a->index <= b->index);
    const BucketCount next = take_a ? *a++ : *b++;
    if (!merged.empty() && merged.back().index == next.index) {
      merged.back().count += next.count;
    } else {
      merged.push_back(next);
    }
  }
  to = std::move(merged);
  to.shrink_to_fit();
}

}  // namespace

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
  RL_CHECK(intervals <= kIntervalsMax);
  counts_.resize(intervals);
  latencies_.resize(intervals);
}

std::size_t TimeSeries::At(Duration offset) const {
  const auto at = static_cast<std::size_t>(std::max<Duration::rep>(0, offset / interval_));
  return std::min(at, counts_.size() - 1);
}

void TimeSeries::Add(std::span<Answer> answers) {
  // Once by response and once by service: then equal ones are neighbours, and a list of counters
  // is merged once for each interval that the answers are of.
  for (const bool by_service : {false, true}) {
    const auto place = [&](const Answer& a) {
      const std::uint64_t list = by_service ? kService : a.operation;
      const std::uint64_t index = by_service ? a.service : a.response;
      return std::uint64_t{a.interval} << 32 | list << 16 | index;
    };
    std::ranges::sort(answers, {}, place);
    BucketCounts fresh;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const std::uint64_t at = place(answers[i]);
      if (fresh.empty() || fresh.back().index != (at & 0xffff)) {
        fresh.push_back({.index = at & 0xffff, .count = 0});
      }
      fresh.back().count += 1;
      if (i + 1 < answers.size() && place(answers[i + 1]) >> 16 == at >> 16) continue;
      MergeInto(latencies_[at >> 32][at >> 16 & 0xffff], fresh);
      fresh.clear();
    }
  }
}

void TimeSeries::AddMany(const Answer& answer, std::uint32_t times) {
  if (times == 0) return;
  Latencies& of = latencies_[answer.interval];
  const BucketCount response{.index = answer.response, .count = times};
  const BucketCount service{.index = answer.service, .count = times};
  MergeInto(of[answer.operation], {&response, 1});
  MergeInto(of[kService], {&service, 1});
}

BucketCounts TimeSeries::response(std::size_t interval) const {
  BucketCounts all;
  for (std::size_t i = 0; i < kOperations; ++i) MergeInto(all, latencies_[interval][i]);
  return all;
}

void TimeSeries::Merge(const TimeSeries& other) {
  if (other.empty()) return;
  if (empty()) *this = TimeSeries(other.length_, other.interval_);
  RL_CHECK(length_ == other.length_ && interval_ == other.interval_);
  for (std::size_t i = 0; i < size(); ++i) {
    counts_[i].Add(other.counts_[i]);
    for (std::size_t k = 0; k < latencies_[i].size(); ++k) {
      MergeInto(latencies_[i][k], other.latencies_[i][k]);
    }
  }
}

}  // namespace ringlab
