// A series that is drawn while it grows: few intervals, and nothing of it lost.
#include "loadgen/live/drawn_series.h"

#include <catch2/catch.hpp>
#include <vector>

#include "core/base/histogram.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// An answer a second, each a microsecond longer than the one before.
class GrowingRun {
 public:
  explicit GrowingRun(std::size_t intervals)
      : series_(seconds(static_cast<std::int64_t>(intervals)), seconds(1)) {}

  void GoOnUntil(std::size_t intervals) {
    for (; counts_.size() < intervals; counts_.push_back({.scheduled = 1, .sent = 1, .ok = 1})) {
      const std::size_t bucket =
          Histogram::IndexOf(1000 * static_cast<std::int64_t>(counts_.size() + 1));
      std::vector<TimeSeries::Answer> answer{
          {.interval = static_cast<std::uint16_t>(counts_.size()),
           .response = static_cast<std::uint16_t>(bucket),
           .service = static_cast<std::uint16_t>(bucket)}};
      series_.Add(answer);
    }
  }

  TimeSeries Drawn(DrawnSeries& drawn) const {
    const auto n = static_cast<std::int64_t>(counts_.size());
    return drawn.Of(series_, counts_, counts_.size() - 1, seconds(n) - milliseconds(1));
  }

 private:
  TimeSeries series_;
  std::vector<TimeSeries::Counts> counts_;
};

TEST_CASE("however long a run is, a page shows some hundreds of intervals with all of it") {
  GrowingRun run(5000);
  DrawnSeries drawn;
  for (const std::size_t so_far :
       {std::size_t{1}, std::size_t{7}, DrawnSeries::kIntervalsMax, DrawnSeries::kIntervalsMax + 1,
        std::size_t{3000}, std::size_t{4999}, std::size_t{5000}}) {
    run.GoOnUntil(so_far);
    const TimeSeries series = run.Drawn(drawn);
    INFO(so_far);
    REQUIRE(series.size() >= std::min(so_far, DrawnSeries::kIntervalsMax / 2));
    REQUIRE(series.size() <= DrawnSeries::kIntervalsMax);
    std::uint64_t sent = 0;
    std::uint64_t responses = 0;
    std::uint64_t services = 0;
    for (std::size_t i = 0; i < series.size(); ++i) {
      sent += series.counts(i).sent;
      responses += CountOf(series.response(i));
      services += CountOf(series.service(i));
      REQUIRE(CountOf(series.response(i)) == series.counts(i).ok);
    }
    CHECK(sent == so_far);
    CHECK(responses == so_far);
    CHECK(services == so_far);
    CHECK(series.length() == seconds(static_cast<std::int64_t>(so_far)) - milliseconds(1));
  }
}

TEST_CASE("what is put together is where it was") {
  GrowingRun run(2000);
  DrawnSeries drawn;
  run.GoOnUntil(1201);
  const TimeSeries series = run.Drawn(drawn);
  REQUIRE(series.interval() == seconds(4));
  CHECK(series.response(0).front().index == Histogram::IndexOf(1000));
  CHECK(series.response(100).front().index == Histogram::IndexOf(401'000));
}

}  // namespace
}  // namespace ringlab
