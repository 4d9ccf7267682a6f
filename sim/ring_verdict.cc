#include "sim/ring_verdict.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/check.h"
#include "loadgen/text_format.h"
#include "sim/ring_report.h"

namespace ringlab {

namespace {

// A ring so far out is not luck, even where its names could not be compared with others.
constexpr double kTooFarOut = 0.001;
constexpr double kTail = 0.025;  // of rings, at either end
constexpr std::uint64_t kRemedyPointsMax = std::uint64_t{1} << 20;

Ownership OwnershipOf(const RingReport& report) {
  const RingKind* kind = FindRingKind(report.ring.dialect);
  RL_CHECK_BECAUSE(kind != nullptr, "a report of a ring that cannot be built");
  return kind->ownership;
}

bool IsRandomPoints(const RingReport& report) { return OwnershipOf(report) == Ownership::kPoints; }

bool DependsOnNaming(const RingReport& report) {
  if (!IsRandomPoints(report) || !report.standings.cv) return false;
  if (report.family) return report.family->naming_dependent();
  return report.standings.cv->p_two_tailed < kTooFarOut;
}

RingClass ClassOf(const RingReport& report) {
  if (DependsOnNaming(report)) return RingClass::kNamingDependent;
  const Ownership ownership = OwnershipOf(report);
  if (ownership == Ownership::kTable || ownership == Ownership::kEven) {
    return RingClass::kEvenByDesign;
  }
  if (!report.standings.cv) return RingClass::kFitsTheory;  // one node, or theory has no word on it
  if (report.standings.cv->percentile > 100 * (1 - kTail)) return RingClass::kBadLuck;
  if (report.standings.cv->percentile < 100 * kTail) return RingClass::kGoodLuck;
  return RingClass::kFitsTheory;
}

LoadCause CauseOf(const RingReportOptions& options, const RingReport& report, RingClass ring) {
  const Traffic& traffic = report.traffic;
  if (traffic.balance.peak_to_mean <= options.target_peak) return LoadCause::kNone;
  if (traffic.cv_popularity >= traffic.cv_ring) return LoadCause::kPopularity;
  const double expected = report.expected.cv.value_or(0);
  if (ring == RingClass::kNamingDependent && report.skew.balance.cv > expected) {
    return LoadCause::kHash;
  }
  if (ring == RingClass::kBadLuck) return LoadCause::kLuck;
  return IsRandomPoints(report) ? LoadCause::kReplicas : LoadCause::kPopularity;
}

// 1, 2 or 5 times a power of ten.
std::uint32_t RoundUp(std::uint64_t n) {
  for (std::uint64_t decade = 1;; decade *= 10) {
    for (const std::uint64_t step : {1, 2, 5}) {
      if (step * decade >= n) return static_cast<std::uint32_t>(step * decade);
    }
  }
}

// What the same traffic would be on another ring, or with keys mirrored, or both.
class Remedies {
 public:
  Remedies(const RingReportOptions& options, const RingReport& report)
      : options_(options), plan_(WorkloadOf(options.seed, options.keys, options.zipf_s)) {
    const Traffic& now = report.traffic;
    Add("as it is", now.expected_cv, now.balance.peak_to_mean);
  }

  // `mirrored` keys beside the ring of `spec`; 0 for none.
  void Try(const std::string& change, const RingSpec& spec, std::uint64_t mirrored) {
    const auto ring = BuildRing(spec, options_.nodes);
    if (!ring) return;
    const Skew skew = MeasureSkew(**ring, {.seed = options_.seed});
    TrafficOptions how;
    if (mirrored > 0) how.mirrored = {mirrored};
    const Traffic traffic = MeasureTraffic(**ring, skew, plan_.zipf(), plan_.scatter(), how);
    if (mirrored > 0) {
      Add(change, traffic.mirrored.front().expected_cv, traffic.mirrored.front().peak);
    } else {
      Add(change, traffic.expected_cv, traffic.balance.peak_to_mean);
    }
  }

  std::vector<Remedy> all() && { return std::move(remedies_); }

 private:
  void Add(const std::string& change, double expected_cv, double peak) {
    remedies_.push_back({.change = change,
                         .expected_cv = expected_cv,
                         .peak = peak,
                         .enough = peak <= options_.target_peak});
  }

  const RingReportOptions& options_;
  const Workload plan_;
  std::vector<Remedy> remedies_;
};

std::vector<Remedy> TryRemedies(const RingReportOptions& options, const RingReport& report,
                                RingClass ring_class) {
  Remedies remedies(options, report);
  RingSpec better = options.ring;
  std::string better_text;
  const bool is_unfair =
      ring_class == RingClass::kNamingDependent || ring_class == RingClass::kBadLuck;
  if (is_unfair && options.ring.dialect != RingSpec{}.dialect) {
    better.dialect = RingSpec{}.dialect;
    better_text = "--ring " + better.dialect;
    remedies.Try(better_text, better, 0);
  }
  const std::uint32_t replicas = RoundUp(4 * std::uint64_t{options.ring.replicas});
  if (IsRandomPoints(report) && replicas <= kRemedyPointsMax / options.nodes.size()) {
    RingSpec more = better;
    more.replicas = replicas;
    const std::string text = (better_text.empty() ? "" : better_text + ", ") +
                             Format("--replicas %u", static_cast<unsigned>(replicas));
    remedies.Try(text, more, 0);
    if (better_text.empty()) {
      better = more;
      better_text = text;
    }
  }
  if (report.traffic.mirror_enough) {
    const std::uint64_t keys = report.traffic.mirror_enough->keys;
    const std::string mirror =
        keys == 1 ? "mirror the hottest key" : "mirror the " + Count(keys) + " hottest keys";
    remedies.Try(mirror, options.ring, keys);
    if (!better_text.empty()) remedies.Try(mirror + ", " + better_text, better, keys);
  }
  return std::move(remedies).all();
}

std::string Standing(const RingReport& report) {
  return Format("CV at percentile %.1f of random rings", report.standings.cv->percentile);
}

std::string RingSentence(const RingReport& report, RingClass ring_class) {
  const std::string& dialect = report.ring.dialect;
  switch (ring_class) {
    case RingClass::kFitsTheory:
      return "FITS THEORY: as even as chance allows" +
             (report.standings.cv ? " (" + Standing(report) + ")" : "") + ".";
    case RingClass::kBadLuck:
      return "BAD LUCK: " + Standing(report) +
             "; on names like these the hash is fair, so others would do better.";
    case RingClass::kGoodLuck:
      return "GOOD LUCK: " + Standing(report) +
             "; on names like these the hash is fair, so do not expect it of others.";
    case RingClass::kEvenByDesign:
      return "EVEN BY DESIGN: " + dialect + " has no skew to speak of, whatever the names.";
    case RingClass::kNamingDependent: break;
  }
  std::string text = "NAMING-DEPENDENT HASH: ";
  if (!report.family) {
    return text + Standing(report) + ", too far out to be luck: " + dialect +
           " places these names by a pattern.";
  }
  text +=
      dialect + " places names like these by a pattern, not by chance (CV " +
      Format("%.3f over %llu such sets, chance gives %.3f). ", report.family->rms_cv,
             static_cast<unsigned long long>(report.family->siblings), report.family->expected_cv);
  const double percentile = report.standings.cv->percentile;
  const char* const these =
      percentile > 50 ? "These very names are " : "These very names do well, ";
  return text + these + Format("at percentile %.1f of random rings.", percentile);
}

std::string LoadSentence(const RingReportOptions& options, const RingReport& report,
                         LoadCause cause) {
  const Traffic& t = report.traffic;
  const std::string busiest =
      Format("the busiest node gets %.2f x the mean", t.balance.peak_to_mean);
  const std::string parts =
      Format("popular keys bring CV %.3f, the ring %.3f", t.cv_popularity, t.cv_ring);
  switch (cause) {
    case LoadCause::kNone:
      return "EVEN ENOUGH: " + busiest +
             Format(", at most %.4g was asked for", options.target_peak) + " (" + parts + ").";
    case LoadCause::kPopularity:
      return "POPULARITY, NOT THE RING: " + busiest + " because " + parts +
             Format("; the hottest key alone is %.1f %% of all requests.",
                    100 * t.hottest_key_share);
    case LoadCause::kHash:
      return "THE HASH: " + busiest + " because " + parts + ", where a random hash would bring " +
             Format("%.3f.", report.expected.cv.value_or(0));
    case LoadCause::kLuck: return "LUCK: " + busiest + " because " + parts + ".";
    case LoadCause::kReplicas:
      return "TOO FEW REPLICAS: " + busiest + " because " + parts +
             Format("; that is what %u random points a node give.",
                    static_cast<unsigned>(report.ring.replicas));
  }
  return busiest;
}

// The first change that is enough, or the one that does most.
std::string Advice(const RingReportOptions& options, const std::vector<Remedy>& remedies) {
  const Remedy& now = remedies.front();
  if (now.enough) return "Nothing needs to change.";
  const auto enough =
      std::find_if(remedies.begin(), remedies.end(), [](const Remedy& r) { return r.enough; });
  const auto best =
      std::min_element(remedies.begin(), remedies.end(),
                       [](const Remedy& a, const Remedy& b) { return a.peak < b.peak; });
  const Remedy& chosen = enough != remedies.end() ? *enough : *best;
  if (&chosen == &now) return "Nothing that could be tried here makes it more even.";
  std::string text =
      "Change this: " + chosen.change +
      Format(". The busiest node then gets %.2f x the mean instead of %.2f", chosen.peak, now.peak);
  if (!chosen.enough) text += Format(", still above the %.4g asked for", options.target_peak);
  for (const Remedy& other : remedies) {
    if (other.change.starts_with("--replicas") && !other.enough && &other != &chosen) {
      text += Format("; %s alone would leave %.2f", other.change.c_str(), other.peak);
    }
  }
  return text + ".";
}

}  // namespace

std::string_view RingClassName(RingClass ring_class) {
  switch (ring_class) {
    case RingClass::kFitsTheory: return "fits-theory";
    case RingClass::kNamingDependent: return "naming-dependent-hash";
    case RingClass::kBadLuck: return "bad-luck";
    case RingClass::kGoodLuck: return "good-luck";
    case RingClass::kEvenByDesign: return "even-by-design";
  }
  return "";
}

std::string_view LoadCauseName(LoadCause cause) {
  switch (cause) {
    case LoadCause::kNone: return "none";
    case LoadCause::kHash: return "hash";
    case LoadCause::kLuck: return "luck";
    case LoadCause::kReplicas: return "replicas";
    case LoadCause::kPopularity: return "popularity";
  }
  return "";
}

RingVerdict JudgeRing(const RingReportOptions& options, const RingReport& report) {
  RingVerdict verdict;
  verdict.ring_class = ClassOf(report);
  verdict.ring = RingSentence(report, verdict.ring_class);
  verdict.cause = CauseOf(options, report, verdict.ring_class);
  verdict.load = LoadSentence(options, report, verdict.cause);
  verdict.remedies = TryRemedies(options, report, verdict.ring_class);
  verdict.advice = Advice(options, verdict.remedies);
  return verdict;
}

}  // namespace ringlab
