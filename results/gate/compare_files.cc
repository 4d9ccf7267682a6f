#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/base/parse.h"
#include "results/gate/comparison.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kDifferencesShown = 8;
constexpr std::size_t kShownMax = 40;  // characters of a value

std::string Show(const Json& flat, const std::string& key) {
  const auto at = flat.find(key);
  if (at == flat.end()) return "(none)";
  const std::string text = at->dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() <= kShownMax ? text : text.substr(0, kShownMax) + "…";
}

// "/mix/get" as people write it: "mix.get".
std::string Spelt(std::string pointer) {
  pointer.erase(0, 1);
  std::ranges::replace(pointer, '/', '.');
  return pointer;
}

// What is not the same in both, in the order of `base`: keys as JSON pointers.
std::vector<std::string> KeysThatDiffer(const Json& base, const Json& head) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : base.items()) {
    if (!head.contains(key) || head[key] != value) keys.push_back(key);
  }
  for (const auto& [key, value] : head.items()) {
    if (!base.contains(key)) keys.push_back(key);
  }
  return keys;
}

Json Flat(const Json& json) { return json.is_object() ? json.flatten() : Json::object(); }

// Runs that were asked for different things differ for that reason first.
void TellOfConfig(const Json& base, const Json& head, Comparison& into) {
  constexpr const char* kPlanHash = "/plan_hash";
  std::vector<std::string> keys = KeysThatDiffer(base, head);
  const bool other_plan = std::erase(keys, kPlanHash) > 0;
  std::string text;
  for (std::size_t i = 0; i < std::min(keys.size(), kDifferencesShown); ++i) {
    text += (i == 0 ? "" : ", ") + Spelt(keys[i]) + ' ' + Show(base, keys[i]) + " -> " +
            Show(head, keys[i]);
  }
  if (keys.size() > kDifferencesShown) {
    text += " and " + std::to_string(keys.size() - kDifferencesShown) + " more";
  }
  if (!text.empty()) into.remarks.push_back("config differs: " + text);
  if (other_plan) {
    into.remarks.push_back("plan_hash differs (" + Show(base, kPlanHash) + " -> " +
                           Show(head, kPlanHash) + "): they did not send the same requests");
  }
}

// A command line without the flags that say where the results go.
std::string WithoutOutputs(std::string_view command) {
  constexpr std::array<std::string_view, 6> kOutputs{"--json", "--html", "--hlog",
                                                     "--hgrm", "--csv",  "--quiet"};
  std::string text;
  bool of_output = false;
  for (const std::string_view word : SplitAt(command, ' ')) {
    const std::string_view flag = SplitOnce(word, '=').first;
    const bool output = std::ranges::find(kOutputs, flag) != kOutputs.end();
    if (!output && !of_output) text += (text.empty() ? "" : " ") + std::string(word);
    of_output = output && flag == word && flag != "--quiet";
  }
  return text;
}

// Flags that no key of `config` repeats, such as the nodes' own.
void TellOfCommand(const std::string& base, const std::string& head, Comparison& into) {
  const std::string of_base = WithoutOutputs(base);
  const std::string of_head = WithoutOutputs(head);
  if (of_base.empty() || of_head.empty() || of_base == of_head) return;
  into.remarks.push_back("command differs: " + of_base + " -> " + of_head);
}

// Times of two machines are no ratio of two programs.
void TellOfEnvironment(Json base, Json head, Comparison& into) {
  std::string text;
  for (Json* side : {&base, &head}) side->erase("/steal_share");  // measured in the run itself
  for (const std::string& key : KeysThatDiffer(base, head)) {
    text += (text.empty() ? "" : ", ") + Spelt(key);
  }
  if (!text.empty()) {
    into.remarks.push_back("environment differs (" + text +
                           "): times of two machines or builds are not the change's alone");
  }
}

}  // namespace

Result<Comparison> CompareFiles(const BenchMeasurements& base, const BenchMeasurements& head,
                                const FilesCompared& options) {
  if (base.tool != head.tool) {
    return Fail(Code::kInvalidArgument, "\"" + base.name + "\" is a result of " + base.tool +
                                            ", \"" + head.name + "\" of " + head.tool +
                                            ": expected two of one tool");
  }
  Comparison comparison{.base = base.name, .head = head.name, .environment = head.environment};
  CompareExact(base, head, Against::kBase, comparison);
  CompareApart(base, head, options.seed, comparison);
  ExplainByFunctions(base, head, comparison);
  KeepOnly(options.only, comparison);
  if (comparison.rows.empty()) {
    return Fail(Code::kInvalidArgument,
                "the two have nothing in common" +
                    (options.only.empty() ? "" : " that is called like \"" + options.only + "\""));
  }
  if (!base.config.is_null() || !head.config.is_null()) {
    TellOfConfig(Flat(base.config), Flat(head.config), comparison);
    TellOfCommand(base.command, head.command, comparison);
    TellOfEnvironment(Flat(base.environment), Flat(head.environment), comparison);
  }
  if (WorstOf(comparison.rows) == GateVerdict::kInfo) {
    comparison.remarks.emplace_back(
        base.config.is_null()
            ? "nothing was judged: what the two have in common is new, or not meant to be"
            : "nothing was judged: one run a side says what happened, not what would happen again");
  }
  return comparison;
}

}  // namespace ringlab
