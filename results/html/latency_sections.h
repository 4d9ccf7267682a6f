// How long requests took: the spectrum, and the stages that their time went to.
//
// A spectrum is every percentile of a latency on one curve, as HdrHistogram's plotters draw it: the
// axis is 1 / (1 - percentile), logarithmic, so that 99, 99.9 and 99.99 % are equally far apart.
//
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/hdr/histogram.h"
#include "results/html/draw/plot.h"
#include "results/html/page.h"
#include "results/text/json_fields.h"

namespace ringlab::html {

// x is 1 / (1 - percentile), from 1 to the number of values, beyond which nothing was seen; y in
// nanoseconds, rising. Points only where the curve moves, at most some hundreds.
std::vector<Point> SpectrumOf(const HdrHistogram& histogram);

// The same from a section such as latency_ns.response: p50 to p99.99 and the maximum alone.
std::vector<Point> SpectrumOf(const Json& latency);

// From "histograms", else from "latency_ns", of response, service and send lag; with the baseline's
// response and service, if there is one. The intervals of the percentiles are whiskers.
Section SpectrumSection(const Json& result, const Json* baseline);

// How well the run knows its percentiles: the 95 % interval of each; "" where none is told.
std::string IntervalTable(const Json& result);

// From "stages": what each stage takes of all gets and of the slow ones, and by node.
Section StagesSection(const Json& result);

}  // namespace ringlab::html
