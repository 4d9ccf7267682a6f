#include "results/gate/baseline.h"

#include <algorithm>
#include <functional>
#include <set>

#include "core/base/hash.h"
#include "core/base/parse.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

constexpr std::uint64_t kDigestSeed = 0;

std::string Digits(const ExactMetric& metric) { return Format("%.6g", metric.per_op()); }

std::string Heading(const std::string& suite) { return "## " + suite + ", "; }

}  // namespace

std::string BaselineDigest(std::string_view text) {
  return Format("%016llx", static_cast<unsigned long long>(HashXx64(text, kDigestSeed)));
}

std::string ChangesEntry(const std::string& suite, const std::string& day,
                         const std::string& reason, const std::string& digest,
                         const BenchMeasurements* before, const BenchMeasurements& after) {
  std::string text = '\n' + Heading(suite) + day + "\n\n" + reason + "\n\nDigest " + digest + ".\n";
  if (before == nullptr)
    return text + "The first one: " + Plural(after.exact.size(), "metric") + ".\n";
  std::string moved;
  for (const auto& [key, metric] : after.exact) {
    const auto at = before->exact.find(key);
    const std::string old = at == before->exact.end() ? "new" : Digits(at->second);
    if (at != before->exact.end() && at->second == metric) continue;
    moved += "- `" + key.name + "` " + key.measure + ": " + old + " -> " + Digits(metric) + '\n';
  }
  for (const auto& [key, metric] : before->exact) {
    if (!after.exact.contains(key)) {
      moved += "- `" + key.name + "` " + key.measure + ": " + Digits(metric) + " -> removed\n";
    }
  }
  return text + (moved.empty() ? "No metric moved.\n" : '\n' + moved);
}

Result<void> CheckRecorded(std::string_view changes, const std::string& suite,
                           std::string_view text) {
  bool ours = false;
  std::string recorded;
  for (const std::string_view line : SplitAt(changes, '\n')) {
    if (line.starts_with("## ")) ours = line.starts_with(Heading(suite));
    constexpr std::string_view kDigest = "Digest ";
    if (ours && line.starts_with(kDigest)) recorded = line.substr(kDigest.size(), 16);
  }
  const std::string digest = BaselineDigest(text);
  if (recorded == digest) return {};
  return Fail(Code::kFailedPrecondition,
              "baseline \"" + suite + "\" has the digest " + digest + ", and CHANGES.md " +
                  (recorded.empty() ? "has no entry for it" : "ends with " + recorded + " for it") +
                  "; baselines move by: results baseline update --suite " + suite +
                  " --reason \"…\"");
}

Result<void> CheckKnown(const std::string& name, const std::set<std::string>& known) {
  constexpr std::size_t kShown = 5;
  if (known.contains(name)) return {};
  // Those that begin alike are side by side in the order of the names.
  const auto alike = [&](const std::string& one) {
    return std::ranges::mismatch(one, name).in1 - one.begin();
  };
  std::vector<std::string> near(known.begin(), known.end());
  std::ranges::stable_sort(near, std::greater(), alike);
  std::string text;
  for (std::size_t i = 0; i < std::min(near.size(), kShown); ++i) {
    text += (i == 0 ? "" : ", ") + near[i];
  }
  if (near.size() > kShown) text += " or another of " + std::to_string(near.size());
  return Fail(Code::kInvalidArgument, "\"" + name + "\" is no metric; expected " + text);
}

std::string LinesAdded(std::string_view before, std::string_view after) {
  std::multiset<std::string_view> known;
  for (const std::string_view line : SplitAt(before, '\n')) known.insert(line);
  std::string added;
  for (const std::string_view line : SplitAt(after, '\n')) {
    if (const auto at = known.find(line); at != known.end()) {
      known.erase(at);
    } else if (!line.empty()) {
      added += std::string(line) + '\n';
    }
  }
  return added;
}

}  // namespace ringlab
