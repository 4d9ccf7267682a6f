#include "results/format/schema.h"

namespace ringlab {

namespace {

using enum Kind;
using enum Need;

constexpr SchemaRow kSim[] = {
    {"verdict", kVerdict, kAlways},
    {"reasons", kList, kAlways},
    {"reasons/*", kText, kAlways},
    {"started_at", kText, kOfRun},
    {"interrupted", kTruth, kOfRun},
    {"config", kObject, kOfRun},
    {"config/engine", kText, kOptional},
    {"config/seed", kCount, kAlways},
    {"config/trace", kObject, kOptional},
    {"config/trace/file", kText, kAlways},
    {"config/trace/format", kText, kAlways},
    {"config/trace/compression", kText, kAlways},
    {"config/trace/times", kText, kAlways},
    {"config/trace/speed", kAmount, kAlways},
    {"config/trace/requests", kCount, kAlways},
    {"thresholds", kList, kOfRun},
    {"thresholds/*/ring", kText, kAlways},
    {"thresholds/*/threshold", kText, kAlways},
    {"thresholds/*/passed", kTruth, kAlways},
    {"left_out", kList, kOptional},
    {"left_out/*/ring", kText, kAlways},
    {"left_out/*/reason", kText, kAlways},
    {"rings", kList, kOptional},
    {"rings/*/ring", kText, kAlways},
    {"rings/*/nodes", kCount, kAlways},
    {"rings/*/replicas", kCount, kOptional},
    {"rings/*/points", kCount, kOptional},
    {"rings/*/collisions", kCount, kOptional},
    {"rings/*/order_independent", kTruth, kAlways},
    {"rings/*/bytes", kCount, kAlways},
    {"rings/*/arcs", kList, kAlways},
    {"rings/*/arcs/*/node", kText, kAlways},
    {"rings/*/arcs/*/share", kShare, kAlways},
    {"rings/*/arcs/*/ideal", kShare, kAlways},
    {"rings/*/arcs/*/units", kAmount, kOptional},
    {"rings/*/peak_to_mean", kAmount, kAlways},
    {"rings/*/min_to_mean", kAmount, kAlways},
    {"rings/*/cv", kAmount, kAlways},
    {"rings/*/gini", kShare, kAlways},
    {"rings/*/jain", kShare, kAlways},
    {"rings/*/theory", kObject, kAlways},
    {"rings/*/traffic", kObject, kAlways},
    {"rings/*/traffic/zipf_s", kAmount, kAlways},
    {"rings/*/traffic/cv", kAmount, kAlways},
    {"rings/*/traffic/peak_to_mean", kAmount, kAlways},
    {"rings/*/traffic/expected_peak", kAmount, kAlways},
    {"rings/*/traffic/hottest_key_share", kShare, kAlways},
    {"rings/*/traffic/nodes", kList, kAlways},
    {"rings/*/traffic/nodes/*/node", kText, kAlways},
    {"rings/*/traffic/nodes/*/expected_share", kShare, kAlways},
    {"rings/*/resize", kObject, kAlways},
    {"rings/*/resize/*/node", kText, kAlways},
    {"rings/*/resize/*/moved", kShare, kOptional},
    {"rings/*/verdict", kObject, kAlways},
    {"rings/*/verdict/ring", kText, kAlways},
    {"rings/*/verdict/cause", kText, kAlways},
    {"rings/*/verdict/text/*", kText, kAlways},
    {"sweep", kList, kOptional},
    {"sweep/*/ring", kText, kAlways},
    {"sweep/*/nodes", kCount, kAlways},
    {"sweep/*/replicas", kCount, kAlways},
    {"sweep/*/seeds", kCount, kAlways},
    {"sweep/*/peak_to_mean/mean", kAmount, kAlways},
    {"sweep/*/cv/mean", kAmount, kAlways},
    {"loopback", kObject, kOptional},
    {"loopback/ring", kText, kAlways},
    {"loopback/totals", kObject, kAlways},
    {"loopback/totals/scheduled", kCount, kAlways},
    {"loopback/totals/sent", kCount, kAlways},
    {"loopback/totals/ok", kCount, kAlways},
    {"loopback/totals/not_found", kCount, kAlways},
    {"loopback/totals/errors", kCount, kAlways},
    {"loopback/totals/timeouts", kCount, kAlways},
    {"loopback/totals/skipped", kCount, kAlways},
    {"loopback/totals/wrong_values", kCount, kAlways},
    {"loopback/totals/writes", kCount, kOptional},
    {"loopback/totals/written", kCount, kOptional},
    {"loopback/latency_ns/service", kLatency, kAlways},
    {"loopback/latency_ns/response", kLatency, kOptional},
    {"loopback/latency_failed_ns", kLatency, kOptional},
    {"loopback/nodes", kList, kOptional},
    {"loopback/nodes/*/name", kText, kAlways},
    {"loopback/nodes/*/requests", kCount, kAlways},
    {"loopback/as_trace", kTruth, kOptional},
    {"loopback/gets", kCount, kAlways},
    {"loopback/hits", kCount, kAlways},
    {"loopback/hit_ratio", kShare, kOptional},
    {"loopback/churn", kList, kAlways},
    {"environment", kObject, kOfRun},
};

constexpr SchemaRow kBench[] = {
    {"suite", kText, kOptional},          {"metrics", kList, kOptional},
    {"metrics/*/name", kText, kAlways},   {"metrics/*/measure", kText, kAlways},
    {"metrics/*/total", kCount, kAlways}, {"metrics/*/ops", kCount, kAlways},
    {"timed", kList, kOptional},          {"timed/*/name", kText, kAlways},
    {"timed/*/unit", kText, kOptional},   {"timed/*/higher_is_better", kTruth, kOptional},
    {"timed/*/samples", kList, kAlways},  {"timed/*/samples/*", kNumber, kAlways},
    {"functions", kObject, kOptional},    {"functions/*", kObject, kAlways},
    {"functions/*/*", kCount, kAlways},
};

// Samples of noise that a gate stores have no verdicts.
constexpr SchemaRow kGate[] = {
    {"verdict", kText, kOptional},
    {"base", kText, kOptional},
    {"head", kText, kOptional},
    {"remarks", kList, kOptional},
    {"remarks/*", kText, kAlways},
    {"rows", kList, kAlways},
    {"rows/*", kObject, kAlways},
    {"rows/*/name", kText, kAlways},
    {"rows/*/verdict", kText, kOptional},
    {"rows/*/base_samples", kTimes, kOptional},
    {"rows/*/head_samples", kTimes, kOptional},
};

}  // namespace

std::span<const SchemaRow> SimSchema() { return kSim; }
std::span<const SchemaRow> BenchSchema() { return kBench; }
std::span<const SchemaRow> GateSchema() { return kGate; }

}  // namespace ringlab
