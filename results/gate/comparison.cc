#include "results/gate/comparison.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace ringlab {

namespace {

constexpr std::size_t kFunctionsShown = 5;

Row Missing(const std::string& name, const std::string& measure, const std::string& against,
            bool in_head) {
  return {.verdict = in_head ? GateVerdict::kInvalid : GateVerdict::kInfo,
          .name = name,
          .measure = measure,
          .against = against,
          .note = in_head ? "missing: removed or renamed" : "new"};
}

bool SameFingerprint(const BenchMeasurements& a, const BenchMeasurements& b) {
  return a.fingerprint == b.fingerprint;
}

// What differs between two fingerprints, in words.
std::string Difference(const nlohmann::ordered_json& base, const nlohmann::ordered_json& head) {
  if (!base.is_object() || !head.is_object()) return "unknown there";
  const auto base_facts = base.flatten();
  const auto head_facts = head.flatten();
  std::string text;
  const auto note = [&](const std::string& key) {
    const std::string name = key.substr(key.rfind('/') + 1);
    text += (text.empty() ? "" : ", ") + name;
  };
  for (const auto& [key, fact] : base_facts.items()) {
    if (!head_facts.contains(key) || head_facts[key] != fact) note(key);
  }
  for (const auto& [key, fact] : head_facts.items()) {
    if (!base_facts.contains(key)) note(key);
  }
  return text;
}

}  // namespace

void CompareExact(const BenchMeasurements& base, const BenchMeasurements& head, Against against,
                  Comparison& into) {
  const std::string side = against == Against::kBase ? "base" : "anchor";
  const bool same = SameFingerprint(base, head);
  if (!same) {
    into.remarks.push_back("environment changed since the " + side + " (" +
                           Difference(base.fingerprint, head.fingerprint) +
                           "): what it says only warns");
  }
  for (const auto& [key, metric] : base.exact) {
    const auto at = head.exact.find(key);
    if (at == head.exact.end()) {
      into.rows.push_back(Missing(key.name, key.measure, side, true));
      continue;
    }
    Row row = JudgeExact(key, metric, at->second, against);
    if (!same && row.verdict == GateVerdict::kFail && key.measure != "figure") {
      row.verdict = GateVerdict::kWarn;
      row.note = "environment changed";
    }
    into.rows.push_back(std::move(row));
  }
  for (const auto& [key, metric] : head.exact) {
    if (base.exact.contains(key)) continue;
    into.rows.push_back(Missing(key.name, key.measure, side, false));
    into.rows.back().head = metric.per_op();
  }
}

void CompareApart(const BenchMeasurements& base, const BenchMeasurements& head, std::uint64_t seed,
                  Comparison& into) {
  for (const auto& [name, metric] : base.timed) {
    const auto at = head.timed.find(name);
    into.rows.push_back(at == head.timed.end() ? Missing(name, metric.unit, "base", metric.judged)
                                               : JudgeApart(name, metric, at->second, seed));
  }
  for (const auto& [name, metric] : head.timed) {
    if (!base.timed.contains(name)) into.rows.push_back(Missing(name, metric.unit, "base", false));
  }
}

void ExplainByFunctions(const BenchMeasurements& base, const BenchMeasurements& head,
                        Comparison& into) {
  std::set<std::string> paths;
  for (const Row& row : into.rows) {
    const bool moved = row.verdict == GateVerdict::kFail || row.verdict == GateVerdict::kImproved;
    if (moved) paths.insert(row.name);
  }
  for (const std::string& path : paths) {
    const auto of_base = base.functions.find(path);
    const auto of_head = head.functions.find(path);
    const auto ops = head.exact.find({path, "instructions"});
    if (of_base == base.functions.end() || of_head == head.functions.end() ||
        ops == head.exact.end()) {
      continue;
    }
    std::map<std::string, double> deltas;
    for (const auto& [function, cost] : of_base->second) {
      deltas[function] -= static_cast<double>(cost);
    }
    for (const auto& [function, cost] : of_head->second) {
      deltas[function] += static_cast<double>(cost);
    }
    std::vector<FunctionDelta>& moved = into.functions[path];
    for (const auto& [function, delta] : deltas) {
      const double each = delta / static_cast<double>(ops->second.ops);
      if (std::abs(each) >= 0.5) moved.push_back({function, each});
    }
    std::ranges::stable_sort(moved, [](const FunctionDelta& a, const FunctionDelta& b) {
      return std::abs(a.instructions) > std::abs(b.instructions);
    });
    if (moved.size() > kFunctionsShown) moved.resize(kFunctionsShown);
  }
}

void Accept(const std::string& accepted, Comparison& into) {
  for (Row& row : into.rows) {
    const bool mentioned = accepted.find('`' + row.name + '`') != std::string::npos;
    const bool bad = row.verdict == GateVerdict::kFail ||
                     (row.verdict == GateVerdict::kInvalid && row.note.starts_with("missing"));
    if (!mentioned || !bad) continue;
    row.note = (row.verdict == GateVerdict::kInvalid ? "missing, " : "") +
               std::string("accepted in CHANGES.md since the base");
    row.verdict = GateVerdict::kWarn;
  }
}

void KeepOnly(const std::string& only, Comparison& into) {
  if (only.empty()) return;
  std::erase_if(into.rows,
                [&](const Row& row) { return row.name.find(only) == std::string::npos; });
}

GateVerdict VerdictOf(const Comparison& comparison) {
  const GateVerdict worst = WorstOf(comparison.rows);
  if (worst != GateVerdict::kInfo) return worst;
  return comparison.same_programs ? GateVerdict::kOk : GateVerdict::kInconclusive;
}

int ExitCodeOf(GateVerdict worst) {
  switch (worst) {
    case GateVerdict::kFail: return 1;
    case GateVerdict::kInvalid: return 4;
    case GateVerdict::kInconclusive: return 3;
    default: return 0;
  }
}

}  // namespace ringlab
