#include "sim/skew/remedies.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "results/text/text_format.h"
#include "sim/skew/ring_report.h"

namespace ringlab {
namespace {

constexpr std::uint64_t kPointsMax = std::uint64_t{1} << 20;
constexpr double kWorthIt = 0.99;  // of the peak: what brings less is no advice

// 1, 2 or 5 times a power of ten.
std::uint32_t RoundUp(std::uint64_t n) {
  for (std::uint64_t decade = 1;; decade *= 10) {
    for (const std::uint64_t step : {1, 2, 5}) {
      if (step * decade >= n) return static_cast<std::uint32_t>(step * decade);
    }
  }
}

std::string MirrorText(std::uint64_t keys) {
  return keys == 1 ? "mirror the hottest key" : "mirror the " + Count(keys) + " hottest keys";
}

class Trials {
 public:
  Trials(const RingReportOptions& options, const RingReport& report)
      : options_(options),
        plan_(WorkloadOf(options.seed, options.keys, options.zipf_s)),
        law_(options.keys, options.zipf_s, kHottestKeys) {
    const Traffic& now = report.traffic;
    Add("as it is", now.expected_cv, report.load_peaks.front().peak, now.balance.peak_to_mean);
  }

  bool enough() const { return remedies_.back().enough; }

  // What mirroring alone would do.
  void AddMirrored(const RingReport& report) {
    if (!report.mirror) return;
    const Mirrored& with = report.traffic.mirrored.front();
    Add(MirrorText(with.keys), with.expected_cv, report.mirror->peak, with.peak);
  }

  // Another ring, and what it would be with mirroring: to be added later, if at all.
  std::optional<Remedy> Try(const std::string& change, const RingSpec& spec) {
    const auto ring = BuildRing(spec, options_.nodes);
    if (!ring) return std::nullopt;
    const Skew skew = MeasureSkew(**ring, {.seed = options_.seed});
    const auto peaks = PeaksOverPlacements(SharesIn(skew), IdealSharesIn(skew), law_);
    const MirroredPeak mirror = FewestMirrored(peaks, options_.target_peak);
    const Traffic traffic =
        MeasureTraffic(**ring, skew, law_, OwnersOfHottest(**ring, plan_.scatter(), kHottestKeys),
                       {mirror.mirrored});
    Add(change, traffic.expected_cv, peaks.front().peak, traffic.balance.peak_to_mean);
    if (mirror.mirrored == 0) return std::nullopt;
    const Mirrored& with = traffic.mirrored.front();
    return Make(MirrorText(with.keys) + ", " + change, with.expected_cv, mirror.peak, with.peak);
  }

  void Add(Remedy remedy) { remedies_.push_back(std::move(remedy)); }

  std::vector<Remedy> all() && { return std::move(remedies_); }

 private:
  Remedy Make(std::string change, double expected_cv, double expected_peak, double peak) const {
    return {.change = std::move(change),
            .expected_cv = expected_cv,
            .expected_peak = expected_peak,
            .peak = peak,
            .enough = expected_peak <= options_.target_peak};
  }

  void Add(std::string change, double expected_cv, double expected_peak, double peak) {
    Add(Make(std::move(change), expected_cv, expected_peak, peak));
  }

  const RingReportOptions& options_;
  const Workload plan_;
  const TrafficLaw law_;
  std::vector<Remedy> remedies_;
};

}  // namespace

bool IsLessEvenThanChance(const RingReport& report) {
  if (report.family && report.family->z < 0) return false;
  return report.expected.cv && report.skew.balance.cv > *report.expected.cv;
}

std::vector<Remedy> TryRemedies(const RingReportOptions& options, const RingReport& report) {
  Trials trials(options, report);
  if (trials.enough() || report.nodes == 1) return std::move(trials).all();
  const RingClass ring_class = report.verdict.ring_class;
  const bool is_unfair =
      (ring_class == RingClass::kNamingDependent && IsLessEvenThanChance(report)) ||
      ring_class == RingClass::kBadLuck;
  RingSpec better = options.ring;
  std::string change;
  std::vector<std::optional<Remedy>> mirrored;  // on these rings, in order of preference
  if (is_unfair && options.ring.dialect != RingSpec{}.dialect) {
    better.dialect = RingSpec{}.dialect;
    change = "--ring " + better.dialect;
    mirrored.push_back(trials.Try(change, better));
  }
  better.replicas = RoundUp(4 * std::uint64_t{options.ring.replicas});
  if (report.points && better.replicas <= kPointsMax / options.nodes.size()) {
    change += (change.empty() ? "" : ", ") + ("--replicas " + std::to_string(better.replicas));
    mirrored.push_back(trials.Try(change, better));
  }
  trials.AddMirrored(report);
  for (std::optional<Remedy>& remedy : mirrored) {
    if (!remedy) continue;
    trials.Add(*std::move(remedy));
    if (trials.enough()) break;
  }
  return std::move(trials).all();
}

std::string AdviceOf(const RingReportOptions& options, const std::vector<Remedy>& remedies) {
  const Remedy& now = remedies.front();
  if (now.enough) return "Nothing needs to change.";
  const auto enough =
      std::find_if(remedies.begin(), remedies.end(), [](const Remedy& r) { return r.enough; });
  const auto best = std::min_element(
      remedies.begin(), remedies.end(),
      [](const Remedy& a, const Remedy& b) { return a.expected_peak < b.expected_peak; });
  const Remedy& chosen = enough != remedies.end() ? *enough : *best;
  if (chosen.expected_peak > kWorthIt * now.expected_peak) {
    return "Nothing that could be tried here makes it more even.";
  }
  std::string text =
      "Change this: " + chosen.change +
      Format(". On average the busiest node then gets %.2f x the mean instead of %.2f",
             chosen.expected_peak, now.expected_peak);
  if (!chosen.enough) text += Format(", still above the %.4g asked for", options.target_peak);
  for (const Remedy& other : remedies) {
    if (other.change.starts_with("--replicas") && !other.enough && &other != &chosen) {
      text += Format("; %s alone would leave %.2f", other.change.c_str(), other.expected_peak);
    }
  }
  return text + ".";
}

}  // namespace ringlab
