#include "results/format/schema.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/parse.h"
#include "results/format/printable.h"
#include "results/hdr/v2.h"
#include "results/text/percentiles.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;
using Texts = std::vector<std::string>;

constexpr std::size_t kShownMax = 40;  // characters of a value in a message
constexpr double kRounding = 1e-9;     // a share that was added up may be a little above 1
constexpr int kDepthMax = 64;          // more than ParseResult() lets through

std::string Show(const Json& json) {
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() <= kShownMax) return text;
  return text.substr(0, kShownMax) + "…";
}

bool IsCount(const Json& json) {
  return json.is_number_unsigned() || (json.is_number_integer() && json >= 0);
}
bool IsAmount(const Json& json) {
  return json.is_number() && json.get<double>() >= 0 && std::isfinite(json.get<double>());
}
bool IsShare(const Json& json) { return IsAmount(json) && json.get<double>() <= 1 + kRounding; }
bool IsTime(const Json& json) { return json.is_null() || IsAmount(json); }
bool IsListOf(const Json& json, bool (*is)(const Json&)) {
  return json.is_array() && std::ranges::all_of(json, is);
}

// What is wrong with the intervals of a summary's percentiles, or "".
std::string WrongIntervals(const Json& summary) {
  const auto intervals = summary.find("interval95");
  const auto samples = summary.find("effective_samples");
  if (intervals == summary.end() && samples == summary.end()) return "";
  if (intervals == summary.end() || samples == summary.end() || !intervals->is_object() ||
      !samples->is_object() || intervals->size() != samples->size()) {
    return "expected interval95 and effective_samples of the same percentiles";
  }
  for (const auto& [name, ends] : intervals->items()) {
    const auto value = summary.find(name);
    if (!PercentileOfKey(name) || value == summary.end() || !samples->contains(name)) {
      return "interval95/" + name + ": expected a percentile of this summary";
    }
    if (!IsListOf(ends, IsTime) || ends.size() != 2) {
      return "interval95/" + name + ": expected two ends, each a number or null, found " +
             Show(ends);
    }
    const double at = value->get<double>();
    if ((!ends[0].is_null() && ends[0].get<double>() > at) ||
        (!ends[1].is_null() && ends[1].get<double>() < at)) {
      return "interval95/" + name + ": " + name + " lies outside";
    }
    const Json& worth = samples->at(name);
    if (!IsCount(worth) || worth < 1 || worth > summary["count"]) {
      return "effective_samples/" + name + ": expected from 1 to count, found " + Show(worth);
    }
  }
  return "";
}

// What is wrong with a summary, or "". Percentiles rise up to the maximum.
std::string WrongLatency(const Json& json) {
  if (!json.is_object() || !json.contains("count") || !IsCount(json["count"])) {
    return "expected a summary with its count";
  }
  for (const char* const name : {"failed", "clamped"}) {
    if (json.contains(name) && !IsCount(json[name])) return std::string(name) + ": no count";
  }
  const std::size_t counts = 1 + json.count("failed");
  if (json["count"] == 0) return json.size() == counts ? "" : "figures of no value";
  std::vector<std::pair<double, std::string>> figures{{0, "min"}, {100, "max"}};
  for (const auto& [name, value] : json.items()) {
    if (const auto percentile = PercentileOfKey(name)) figures.emplace_back(*percentile, name);
  }
  std::ranges::sort(figures);
  double last = 0;
  for (const auto& [percentile, name] : figures) {
    const auto at = json.find(name);
    if (at == json.end()) continue;
    if (!IsAmount(*at)) return name + ": expected nanoseconds, found " + Show(*at);
    if (at->get<double>() < last) return name + " is below the figure before it";
    last = at->get<double>();
  }
  const bool whole = json.contains("mean") && IsAmount(json["mean"]) && json.contains("max");
  return whole ? WrongIntervals(json) : "expected its mean and its max";
}

std::string WrongHdr(const Json& json) {
  if (!json.is_string()) return "expected a histogram as text, found " + Show(json);
  const auto histogram = DecodeHdr(json.get_ref<const std::string&>());
  return histogram ? "" : histogram.error().message;
}

// What is wrong with a value of a kind, or "".
std::string Wrong(const Json& json, Kind kind) {
  const auto expected = [&](bool right, const char* what) {
    return right ? "" : std::string("expected ") + what + ", found " + Show(json);
  };
  switch (kind) {
    case Kind::kObject: return expected(json.is_object(), "an object");
    case Kind::kList: return expected(json.is_array(), "a list");
    case Kind::kText: return expected(json.is_string(), "a text");
    case Kind::kTruth: return expected(json.is_boolean(), "true or false");
    case Kind::kCount: return expected(IsCount(json), "a whole number from 0 up");
    case Kind::kNumber: return expected(json.is_number(), "a number");
    case Kind::kAmount: return expected(IsAmount(json), "a number from 0 up");
    case Kind::kShare: return expected(IsShare(json), "a number from 0 to 1");
    case Kind::kVerdict:
      return expected(json == "VALID" || json == "FAILED" || json == "INVALID",
                      "VALID, FAILED or INVALID");
    case Kind::kCounts: return expected(IsListOf(json, IsCount), "a list of whole numbers");
    case Kind::kTimes: return expected(IsListOf(json, IsTime), "a list of numbers, or null");
    case Kind::kLatency: return WrongLatency(json);
    case Kind::kHdr: return WrongHdr(json);
  }
  return "";
}

class Check {
 public:
  explicit Check(bool began) : began_(began) {}

  void Row(const Json& json, const SchemaRow& row) { Walk(json, row.path, "", row); }

  // Every key with a unit, wherever it is.
  void Units(const Json& json, const std::string& where, int depth = 0) {
    if (!json.is_structured() || depth > kDepthMax) return;
    for (const auto& [key, value] : json.items()) {
      const std::string path = where + "/" + key;
      if (json.is_object()) Unit(key, value, path);
      Units(value, path, depth + 1);
    }
  }

  Texts complaints;

 private:
  void Complain(const std::string& where, const std::string& what) {
    if (complaints.size() < kComplaintsMax) complaints.push_back(where + ": " + what);
  }

  void Walk(const Json& json, std::string_view path, const std::string& where,
            const SchemaRow& row) {
    const auto [name, rest] = SplitOnce(path, '/');
    if (name == "*") {
      if (!json.is_structured()) return;  // which its own row says
      for (const auto& [key, value] : json.items()) Step(value, rest, where + "/" + key, row);
      return;
    }
    if (!json.is_object()) return;
    const std::string here = where + "/" + std::string(name);
    const auto at = json.find(std::string(name));
    if (at != json.end()) return Step(*at, rest, here, row);
    const bool needed = row.need == Need::kAlways || (row.need == Need::kOfRun && began_);
    if (rest.empty() && needed) Complain(here, "is missing");
  }

  void Step(const Json& json, std::string_view rest, const std::string& where,
            const SchemaRow& row) {
    if (!rest.empty()) return Walk(json, rest, where, row);
    if (const std::string wrong = Wrong(json, row.kind); !wrong.empty()) Complain(where, wrong);
  }

  void Unit(const std::string& key, const Json& value, const std::string& where) {
    const auto ends = [&](std::string_view unit) { return key.ends_with(unit); };
    const bool share = ends("_share");
    if (!share && !ends("_ns") && !ends("_s") && !ends("_bytes") && !ends("_qps")) return;
    const bool right = value.is_object() || (share ? IsShare(value) || IsListOf(value, IsShare)
                                                   : value.is_number() || IsListOf(value, IsTime));
    if (right) return;
    Complain(where, std::string("expected ") + (share ? "a number from 0 to 1" : "a number") +
                        ", as its name says, found " + Show(value));
  }

  const bool began_;
};

std::span<const SchemaRow> SchemaOf(const Json& result) {
  const Json& tool = result.at("tool");
  if (tool == "loadgen") return LoadgenSchema();
  if (tool == "sim") return SimSchema();
  if (tool == "bench") return BenchSchema();
  return GateSchema();
}

}  // namespace

Texts ComplaintsAbout(const Json& result) {
  // A run that could not begin has a verdict and its reasons, and nothing else.
  const bool began = result.contains("config") || result.value("verdict", Json()) != "INVALID";
  Check check(began);
  for (const SchemaRow& row : SchemaOf(result)) check.Row(result, row);
  if (result.at("tool") == "loadgen") {
    for (const SchemaRow& row : SearchSchema()) check.Row(result, row);
  }
  check.Units(result, "");
  // One message a place: a row and a unit may say the same of it.
  Texts complaints;
  for (std::string& complaint : check.complaints) {
    const std::string place = complaint.substr(0, complaint.find(": ") + 2);
    const bool known = std::ranges::any_of(
        complaints, [&](const std::string& before) { return before.starts_with(place); });
    if (!known) complaints.push_back(std::move(complaint));
  }
  if (complaints.empty()) {
    if (began) complaints = SumsThatDiffer(result);
    for (std::string& differs : ConclusionsThatDiffer(result)) {
      if (complaints.size() < kComplaintsMax) complaints.push_back(std::move(differs));
    }
  }
  for (std::string& complaint : complaints) complaint = Printable(complaint);
  return complaints;
}

}  // namespace ringlab
