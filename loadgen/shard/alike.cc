#include "loadgen/shard/alike.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "loadgen/plan/shard.h"
#include "results/text/json_view.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

// What each generator may choose for its own machine.
bool IsOfOneMachine(std::string_view key) {
  return key == "workers" || key == "in_flight_max" || key == "connections" || key == "cluster";
}

// Nobody walks a very long plan to its end because it was interrupted.
bool MayBeUntold(std::string_view key) { return key == "plan_hash" || key == "order_hash"; }

// In ASCII, which can be cut anywhere.
std::string Shown(const Json* value) {
  if (value == nullptr || value->is_null()) return "none";
  const std::string text = value->dump(-1, ' ', true, Json::error_handler_t::replace);
  constexpr std::size_t kShown = 60;
  return text.size() <= kShown ? text : text.substr(0, kShown) + "…";
}

const Json* Find(const Json& json, std::initializer_list<const char*> path) {
  const Json* at = &json;
  for (const char* key : path) {
    const auto found = at->is_object() ? at->find(key) : at->end();
    if (!at->is_object() || found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

class Comparison {
 public:
  Comparison(const NamedResult& first, const NamedResult& other) : first_(first), other_(other) {}

  void Equal(const std::string& what, const Json* a, const Json* b) {
    if (!complaint_.empty()) return;
    const bool same = a == nullptr ? b == nullptr : b != nullptr && *a == *b;
    if (same) return;
    complaint_ = "\"" + other_.name + "\": its " + what + " is " + Shown(b) + ", and that of \"" +
                 first_.name + "\" " + Shown(a) + ": expected shards of one plan";
  }

  void Configs() {
    // One that was cut short tells the rate of what it sent of its profile.
    const bool is_cut = JsonView(*first_.json)["interrupted"].is_true() ||
                        JsonView(*other_.json)["interrupted"].is_true();
    for (const NamedResult* of : {&first_, &other_}) {
      for (const std::string& key : JsonView(*of->json)["config"].names()) {
        const Json* const a = Find(*first_.json, {"config", key.c_str()});
        const Json* const b = Find(*other_.json, {"config", key.c_str()});
        const bool is_untold = MayBeUntold(key) && (a == nullptr || b == nullptr);
        const bool is_of_cut = is_cut && key == "requested_qps";
        if (!IsOfOneMachine(key) && !is_untold && !is_of_cut) Equal("config/" + key, a, b);
      }
    }
  }

  void Nodes() {
    const auto names = [](const Json& json) {
      Json list = Json::array();
      for (const JsonView& node : JsonView(json)["balance"]["nodes"].items()) {
        list.push_back(node["name"].text());
      }
      return list;
    };
    const Json a = names(*first_.json);
    const Json b = names(*other_.json);
    Equal("list of nodes", &a, &b);
  }

  void Thresholds() {
    const auto texts = [](const Json& json) {
      Json list = Json::array();
      for (const JsonView& row : JsonView(json)["thresholds"].items()) {
        list.push_back(row["threshold"].text());
      }
      return list;
    };
    const Json a = texts(*first_.json);
    const Json b = texts(*other_.json);
    Equal("thresholds", &a, &b);
  }

  std::string Complaint() {
    const auto both = [&](const std::string& what, std::initializer_list<const char*> path) {
      Equal(what, Find(*first_.json, path), Find(*other_.json, path));
    };
    both("number of shards", {"shard", "of"});
    Configs();
    Nodes();
    both("ring's fingerprint", {"shard", "ring_fingerprint"});
    both("start (--start-at)", {"shard", "start_at"});
    both("version of loadgen", {"environment", "version"});
    Thresholds();
    return complaint_;
  }

 private:
  const NamedResult& first_;
  const NamedResult& other_;
  std::string complaint_;
};

std::string ComplaintAboutOne(const NamedResult& result) {
  const JsonView run(*result.json);
  if (run["tool"].text() != "loadgen") return "expected a result of loadgen";
  if (run["generators"].is_there()) return "it is merged already; expected the shards' own results";
  if (!run["shard"].is_there()) return "expected a result of loadgen --shard";
  const Shard shard{.index = run["shard"]["index"].count(), .of = run["shard"]["of"].count()};
  if (shard.of == 0 || shard.of > kShardsMax || shard.index >= shard.of) {
    return "/shard: " + shard.ToString() + " is no shard";
  }
  if (!run["config"].is_there() || !run["totals"].is_there()) {
    const std::vector<JsonView> reasons = run["reasons"].items();
    return "this shard could not begin" +
           (reasons.empty() ? std::string() : ": " + reasons.front().text());
  }
  return "";
}

}  // namespace

std::string ComplaintAboutShards(const std::vector<NamedResult>& results) {
  if (results.empty()) return "expected the results of all shards";
  for (const NamedResult& result : results) {
    const std::string complaint = ComplaintAboutOne(result);
    if (!complaint.empty()) return "\"" + result.name + "\": " + complaint;
  }
  std::map<std::uint64_t, std::string> names;
  for (const NamedResult& result : results) {
    const std::string complaint = Comparison(results.front(), result).Complaint();
    if (!complaint.empty()) return complaint;
    const std::uint64_t index = JsonView(*result.json)["shard"]["index"].count();
    const auto [at, fresh] = names.emplace(index, result.name);
    if (!fresh) {
      return "\"" + result.name + "\": shard " + std::to_string(index) + " is in \"" + at->second +
             "\" already: expected each shard once";
    }
  }
  const std::uint64_t of = JsonView(*results.front().json)["shard"]["of"].count();
  std::string missing;
  for (std::uint64_t i = 0; i < of; ++i) {
    if (!names.contains(i)) missing += (missing.empty() ? "" : ", ") + std::to_string(i);
  }
  if (missing.empty()) return "";
  std::string have;
  for (const auto& [index, name] : names) {
    have += (have.empty() ? "" : ", ") + std::to_string(index) + " (\"" + name + "\")";
  }
  return "of " + std::to_string(of) + " shards, these are missing: " + missing +
         "; there are: " + have;
}

}  // namespace ringlab
