#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "results/gate/measurements.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

tl::unexpected<Error> Invalid(const std::string& name, const std::string& why) {
  return Fail(Code::kFailedPrecondition, "\"" + name + "\": " + why);
}

// What a time in this unit is in ns, or nothing.
std::optional<double> NsOf(const std::string& unit) {
  static const std::map<std::string, double> kUnits{
      {"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
  const auto at = kUnits.find(unit);
  return at == kUnits.end() ? std::nullopt : std::optional(at->second);
}

// Adds one measurement to those of its name; aggregates, which repeat them, are left out.
Result<void> Take(const Json& run, const std::string& file, BenchMeasurements& into,
                  std::set<std::pair<std::string, int>>& seen) {
  const std::string name = run.value("run_name", run.value("name", ""));
  if (name.empty()) return Fail(Code::kInvalidArgument, "\"" + file + "\": a benchmark unnamed");
  if (run.value("run_type", "iteration") != "iteration") return {};
  if (run.value("error_occurred", false)) {
    return Invalid(file, name + ": it failed: " + run.value("error_message", "without a reason"));
  }
  const int repetition = run.value("repetition_index", 0);
  if (!seen.emplace(name, repetition).second) {
    return Fail(Code::kInvalidArgument, "\"" + file + "\": " + name + ": it is there twice");
  }
  const auto unit = NsOf(run.value("time_unit", "ns"));
  if (!unit) {
    return Fail(Code::kInvalidArgument, "\"" + file + "\": " + name + ": time_unit " +
                                            run["time_unit"].dump() + ": expected ns, us, ms or s");
  }
  const auto time = run.find("real_time");
  if (time == run.end() || !time->is_number() || !std::isfinite(time->get<double>()) ||
      time->get<double>() < 0) {
    return Invalid(file, name + ": real_time is no number");
  }
  TimedMetric& metric = into.timed[name];
  metric.unit = "ns/op";
  metric.samples.push_back(time->get<double>() * *unit);
  return {};
}

}  // namespace

bool IsGoogleBenchmark(const Json& json) {
  return json.is_object() && json.contains("context") && json.contains("benchmarks") &&
         !json.contains("schema_version");
}

Result<BenchMeasurements> FromGoogleBenchmark(const Json& json, const std::string& name) {
  BenchMeasurements read{.name = name, .tool = "Google Benchmark"};
  try {
    const Json& context = json.at("context");
    // Ours say how they were built; library_build_type is of the library alone.
    const std::string build = context.value("build", context.value("library_build_type", ""));
    if (build == "debug" || build.starts_with("with a sanitizer")) {
      return Invalid(name, build + " build: its times mean nothing; if only the library is one, " +
                               "run the benchmark with --benchmark_context=build=optimised");
    }
    read.environment = context;
    std::set<std::pair<std::string, int>> seen;
    for (const Json& run : json.at("benchmarks")) {
      if (auto taken = Take(run, name, read, seen); !taken) return tl::unexpected(taken.error());
    }
  } catch (const Json::exception& wrong) {  // a key of another type
    return Fail(Code::kInvalidArgument,
                "\"" + name + "\": no output of Google Benchmark: " + wrong.what());
  }
  if (read.timed.empty()) {
    return Fail(Code::kInvalidArgument, "\"" + name + "\": there is no benchmark in it");
  }
  return read;
}

}  // namespace ringlab
