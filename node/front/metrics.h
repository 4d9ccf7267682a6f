// What a node tells a Prometheus server: every count in core/group/stats.h by group, latencies by
// level, peers, source, ring and process, under names and units of Prometheus' conventions
// (https://prometheus.io/docs/practices/naming/).
//
// Made when it is asked for, of what the node counts anyway; thread-safe as Node::stats is.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace ringlab {

class Node;

// The text format 0.0.4.
std::string PrometheusText(const Node& node);
inline constexpr const char* kPrometheusContentType = "text/plain; version=0.0.4; charset=utf-8";

// The families that the text is made of.
std::vector<prometheus::MetricFamily> MetricFamilies(const Node& node);

}  // namespace ringlab
