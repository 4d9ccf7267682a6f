// What a run did second by second, and by popularity, to go with the totals of a sample.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/judge/run_result.h"

namespace ringlab {

// Of the keys 1, 20 and 90,000 by popularity.
inline void FillPopularity(RunResult& run) {
  Measurements& m = run.measured;
  m.ranks = {};
  m.ranks.Count(1, 10'000);
  m.ranks.Count(20, 80'000);
  m.ranks.Count(90'000, 9'990);
  run.popularity = MeasurePopularity(ZipfSampler(100'000, 0.99), Permutation(100'000, 1), m.ranks,
                                     1, [](const std::string&) { return "n0"; });
}

// Spreads the run's counts and latencies evenly over the intervals of its series, and
// its requests over three ranks.
inline void FillSeries(RunResult& run) {
  Measurements& m = run.measured;
  const Totals& t = m.totals;
  m.series = TimeSeries(run.config.duration, std::chrono::seconds(1));
  std::vector<TimeSeries::Answer> answers;
  m.latencies.response.ForEachBucket([&](std::int64_t lowest, std::int64_t, std::uint64_t count) {
    const auto bucket = static_cast<std::uint16_t>(Histogram::IndexOf(lowest));
    answers.insert(answers.end(), count, {.response = bucket});
  });
  std::size_t next = 0;
  m.latencies.service.ForEachBucket([&](std::int64_t lowest, std::int64_t, std::uint64_t count) {
    const auto bucket = static_cast<std::uint16_t>(Histogram::IndexOf(lowest));
    for (; count > 0 && next < answers.size(); --count) answers[next++].service = bucket;
  });
  std::uint64_t operation_end = 0;
  std::size_t at = 0;
  for (std::uint16_t i = 0; i < kOperations; ++i) {
    operation_end += m.operations[i].requests - m.operations[i].failed;
    while (at < operation_end && at < answers.size()) answers[at++].operation = i;
  }
  at = 0;
  for (std::size_t i = 0; i < m.series.size(); ++i) {
    const auto part = [&](std::uint64_t n) {
      return n * (i + 1) / m.series.size() - n * i / m.series.size();
    };
    TimeSeries::Counts& c = m.series.counts(i);
    c = {.skipped = part(t.skipped), .ok = part(t.ok), .not_found = part(t.not_found)};
    c.failed = part(t.errors + t.timeouts);
    c.sent = c.ok + c.not_found + c.failed;
    c.scheduled = c.sent + c.skipped;
    c.late = i;
    for (std::size_t k = 0; k < kLevels; ++k) c.levels[k] = part(m.levels[k].count());
    c.response_max = m.latencies.response.max();
    for (std::uint64_t k = c.failed; k < c.sent && at < answers.size(); ++k) {
      answers[at++].interval = static_cast<std::uint16_t>(i);
    }
  }
  m.series.Add(answers);
  FillPopularity(run);
  run.measured_from_s = 1'704'164'650;
  run.steal_share = 0.001;
}

}  // namespace ringlab
