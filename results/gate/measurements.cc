#include "results/gate/measurements.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "results/format/result_file.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 5> kMeasures{"instructions", "allocations",
                                                    "allocated_bytes", "bytes", "figure"};

tl::unexpected<Error> Refuse(const std::string& name, const std::string& why) {
  return Fail(Code::kInvalidArgument, "\"" + name + "\": " + why);
}

// The text with null for each bare NaN or Infinity outside of strings: JSON knows neither.
std::string WithoutNan(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  bool quoted = false;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (quoted && c == '\\' && i + 1 < text.size()) clean += text[i++];
    if (c == '"') quoted = !quoted;
    const auto bare = [&](std::string_view word) {
      return !quoted && text.substr(i).starts_with(word);
    };
    std::size_t skipped = 0;
    for (const std::string_view word :
         {"-NaN", "NaN", "-nan", "nan", "-Infinity", "Infinity", "-inf", "inf"}) {
      if (skipped == 0 && bare(word)) skipped = word.size();
    }
    if (skipped == 0) {
      clean += text[i++];
    } else {
      clean += "null";
      i += skipped;
    }
  }
  return clean;
}

bool IsCount(const Json& json, const char* key) {
  const auto at = json.find(key);
  return at != json.end() && at->is_number_unsigned();
}

Result<void> ReadExact(const Json& json, const std::string& name, BenchMeasurements& into) {
  if (!json.is_array()) return Refuse(name, "metrics: expected an array");
  for (const Json& metric : json) {
    const bool whole = metric.is_object() && metric.contains("name") &&
                       metric["name"].is_string() && metric.contains("measure") &&
                       metric["measure"].is_string() && IsCount(metric, "total") &&
                       IsCount(metric, "ops") && metric["ops"] > 0;
    if (!whole) {
      return Refuse(name, "metrics: expected name, measure, and whole numbers total and ops, ops " +
                              std::string("above 0, but found ") + metric.dump().substr(0, 200));
    }
    const MetricName key{metric["name"], metric["measure"]};
    if (std::ranges::find(kMeasures, key.measure) == kMeasures.end()) {
      return Refuse(name, "metrics: \"" + key.name + "\": measure \"" + key.measure +
                              "\": expected instructions, allocations, allocated_bytes, bytes or "
                              "figure");
    }
    if (!into.exact.emplace(key, ExactMetric{metric["total"], metric["ops"]}).second) {
      return Refuse(name, "metrics: \"" + key.name + "\", " + key.measure + ": it is there twice");
    }
  }
  return {};
}

Result<void> ReadTimed(const Json& json, const std::string& name, BenchMeasurements& into) {
  if (!json.is_array()) return Refuse(name, "timed: expected an array");
  for (const Json& metric : json) {
    if (!metric.is_object() || !metric.contains("name") || !metric["name"].is_string() ||
        !metric.contains("samples") || !metric["samples"].is_array()) {
      return Refuse(name, "timed: expected objects with a name and an array of samples");
    }
    TimedMetric timed{.unit = metric.value("unit", "ns/op"),
                      .higher_is_better = metric.value("higher_is_better", false),
                      .samples = {}};
    for (const Json& sample : metric["samples"]) {
      if (!sample.is_number()) {
        return Fail(Code::kFailedPrecondition,
                    "\"" + name + "\": " + metric["name"].dump() + ": a sample that is no number");
      }
      timed.samples.push_back(sample);
    }
    if (!into.timed.emplace(metric["name"], std::move(timed)).second) {
      return Refuse(name, "timed: " + metric["name"].dump() + ": it is there twice");
    }
  }
  return {};
}

}  // namespace

Result<BenchMeasurements> FromBenchJson(const Json& json, const std::string& name) {
  BenchMeasurements read{.name = name, .tool = "bench"};
  try {
    read.suite = json.value("suite", "");
    read.environment = json.value("environment", Json::object());
    read.fingerprint = json.value("fingerprint", Json());
    if (const auto exact = json.find("metrics"); exact != json.end()) {
      if (auto done = ReadExact(*exact, name, read); !done) return tl::unexpected(done.error());
    }
    if (const auto timed = json.find("timed"); timed != json.end()) {
      if (auto done = ReadTimed(*timed, name, read); !done) return tl::unexpected(done.error());
    }
    const Json functions = json.value("functions", Json::object());
    for (const auto& [path, costs] : functions.items()) {
      for (const auto& [function, cost] : costs.items()) read.functions[path][function] = cost;
    }
  } catch (const Json::exception& wrong) {  // a key of another type
    return Refuse(name, std::string("no bench result of ours: ") + wrong.what());
  }
  if (read.exact.empty() && read.timed.empty()) {
    return Refuse(name, "a bench result without a single metric");
  }
  return read;
}

Result<BenchMeasurements> ParseMeasurements(std::string_view text, const std::string& name) {
  const std::string clean = WithoutNan(text);
  const Json json = Json::parse(clean, nullptr, false);
  if (!json.is_discarded() && IsGoogleBenchmark(json)) return FromGoogleBenchmark(json, name);
  const auto result = ParseResult(text, name);
  if (!result) return tl::unexpected(result.error());
  return result->at("tool") == "bench" ? FromBenchJson(*result, name) : FromRun(*result, name);
}

Json ToJson(const BenchMeasurements& measurements) {
  Json json{{"schema_version", kSchemaVersion}, {"tool", "bench"}};
  if (!measurements.suite.empty()) json["suite"] = measurements.suite;
  json["environment"] = measurements.environment;
  if (!measurements.fingerprint.is_null()) json["fingerprint"] = measurements.fingerprint;
  json["metrics"] = Json::array();
  for (const auto& [key, metric] : measurements.exact) {
    json["metrics"].push_back({{"name", key.name},
                               {"measure", key.measure},
                               {"total", metric.total},
                               {"ops", metric.ops}});
  }
  for (const auto& [key, metric] : measurements.timed) {
    json["timed"].push_back({{"name", key},
                             {"unit", metric.unit},
                             {"higher_is_better", metric.higher_is_better},
                             {"samples", metric.samples}});
  }
  for (const auto& [path, costs] : measurements.functions) json["functions"][path] = costs;
  return json;
}

}  // namespace ringlab
