#include "loadgen/measure/measurements.h"

namespace ringlab {

namespace {

// "series' ok 5 is not 6", or "".
std::string Differs(const char* what, std::uint64_t sum, std::uint64_t total) {
  if (sum == total) return "";
  return std::string(what) + " " + std::to_string(sum) + " is not " + std::to_string(total);
}

// The first of several complaints.
template <class... Texts>
std::string First(const Texts&... texts) {
  std::string first;
  ((first = first.empty() ? texts : first), ...);
  return first;
}

std::string CheckInterval(const TimeSeries& series, std::size_t at) {
  const TimeSeries::Counts& c = series.counts(at);
  const std::string wrong =
      First(Differs("sent + skipped", c.sent + c.skipped, c.scheduled),
            Differs("ok + not_found + failed", c.ok + c.not_found + c.failed, c.sent),
            Differs("responses", CountOf(series.response(at)), c.ok + c.not_found),
            Differs("services", CountOf(series.service(at)), c.ok + c.not_found),
            c.late <= c.sent ? "" : "more late than sent");
  return wrong.empty() ? "" : "interval " + std::to_string(at) + ": " + wrong;
}

}  // namespace

std::string CheckSeries(const Measurements& measured) {
  const Totals& t = measured.totals;
  std::uint64_t ranked = 0;
  for (std::size_t i = 0; i < RankCounts::kCounters; ++i) ranked += measured.ranks.at(i);
  if (const std::string wrong = Differs("requests by rank", ranked, t.sent); !wrong.empty()) {
    return wrong;
  }
  const TimeSeries& series = measured.series;
  if (series.empty()) return "";

  TimeSeries::Counts sums;
  std::array<std::uint64_t, kOperations> responses{};
  for (std::size_t at = 0; at < series.size(); ++at) {
    if (const std::string wrong = CheckInterval(series, at); !wrong.empty()) return wrong;
    sums.Add(series.counts(at));
    for (std::size_t i = 0; i < kOperations; ++i) {
      responses[i] += CountOf(series.response(at, static_cast<Operation>(i)));
    }
  }
  std::string wrong = First(Differs("series' scheduled", sums.scheduled, t.scheduled),
                            Differs("series' sent", sums.sent, t.sent),
                            Differs("series' skipped", sums.skipped, t.skipped),
                            Differs("series' ok", sums.ok, t.ok),
                            Differs("series' not_found", sums.not_found, t.not_found),
                            Differs("series' failed", sums.failed, t.errors + t.timeouts));
  for (std::size_t i = 0; i < kOperations; ++i) {
    const OperationMeasurements& of = measured.operations[i];
    wrong = First(
        wrong, Differs("series' responses of an operation", responses[i], of.requests - of.failed));
  }
  for (std::size_t i = 0; i < kLevels; ++i) {
    wrong = First(wrong,
                  Differs("series' keys of a level", sums.levels[i], measured.levels[i].count()));
  }
  return wrong;
}

}  // namespace ringlab
