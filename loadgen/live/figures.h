// LiveFigures: what others are told of a run while it goes on, and how: as Prometheus' text and as
// rows of CSV.
//
// Pure; any thread may call. Warm-up is not counted, as in the result: what the last scrape says is
// what the result says. Prometheus takes a counter that falls for a process that began anew, and
// adds what it shows from there on: so the counts of several runs (--repeat, --search) go on from
// run to run, and the last scrape is the sum over all of them.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/histogram.h"
#include "core/base/time.h"
#include "loadgen/measure/measurements.h"
#include "loadgen/measure/time_series.h"

namespace ringlab {

enum class RunState : std::uint8_t { kStarting, kWarmUp, kMeasuring, kOver };

struct LiveFigures {
  RunState state = RunState::kStarting;
  std::uint64_t run = 0;  // that goes on, from 1 up: a run of --repeat, a probe of --search
  Duration elapsed{};     // of its measured stretch
  std::uint64_t in_flight = 0;
  Totals totals{};     // of the measured stretches of all runs so far, and so the rest
  Histogram response;  // of the answered ones
  Histogram service;
};

// The text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/. Names and
// units by https://prometheus.io/docs/practices/naming/. Bounds of the histograms are those of the
// buckets that hold 1, 2 and 5 times each power of ten from 10 us to 10 s: counts up to them are
// exact.
std::string PrometheusText(const LiveFigures& figures);
inline constexpr const char* kLiveMetricsType = "text/plain; version=0.0.4; charset=utf-8";

// "at_s,scheduled,sent,…": a line each, with its end. `at_s` is where the interval begins.
std::string CsvHeader();
std::string CsvRow(const TimeSeries& latencies, std::size_t interval,
                   const TimeSeries::Counts& counts);

// All that were sent have been answered or have failed.
bool IsSettled(const TimeSeries::Counts& counts);

}  // namespace ringlab
