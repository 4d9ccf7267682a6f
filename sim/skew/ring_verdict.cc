#include "sim/skew/ring_verdict.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/check.h"
#include "results/text/text_format.h"
#include "sim/skew/ring_report.h"

namespace ringlab {

namespace {

// A ring so far out is not luck, even where its names could not be compared with others.
constexpr double kTooFarOut = 0.001;
constexpr double kTail = 0.025;  // of rings, at either end
constexpr double kSimilar = 2;   // two parts of a load this much apart at most are both to blame

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

// What the ring's part is due to.
LoadCause CauseInRing(const RingReport& report) {
  const RingClass ring_class = report.verdict.ring_class;
  if (ring_class == RingClass::kNamingDependent && IsLessEvenThanChance(report)) {
    return LoadCause::kHash;
  }
  if (ring_class == RingClass::kBadLuck) return LoadCause::kLuck;
  return report.points ? LoadCause::kReplicas : LoadCause::kKind;
}

LoadCause CauseOf(const RingReport& report) {
  if (report.verdict.remedies.front().enough) return LoadCause::kNone;
  if (report.verdict.ring_class == RingClass::kEvenByDesign) return LoadCause::kPopularity;
  const Traffic& traffic = report.traffic;
  if (traffic.cv_popularity > kSimilar * traffic.cv_ring) return LoadCause::kPopularity;
  if (traffic.cv_ring > kSimilar * traffic.cv_popularity) return CauseInRing(report);
  return LoadCause::kBoth;
}

std::string StandingText(const RingReport& report) {
  return Format("CV at percentile %.1f of random rings", report.standings.cv->percentile);
}

std::string RingSentence(const RingReport& report, RingClass ring_class) {
  const std::string& dialect = report.ring.dialect;
  switch (ring_class) {
    case RingClass::kFitsTheory:
      return "FITS THEORY: as even as chance allows" +
             (report.standings.cv ? " (" + StandingText(report) + ")" : "") + ".";
    case RingClass::kBadLuck:
      return "BAD LUCK: " + StandingText(report) +
             "; on names like these the hash is fair, so others would do better.";
    case RingClass::kGoodLuck:
      return "GOOD LUCK: " + StandingText(report) +
             "; on names like these the hash is fair, so do not expect it of others.";
    case RingClass::kEvenByDesign:
      return "EVEN BY DESIGN: " + dialect + " has no skew to speak of, whatever the names.";
    case RingClass::kNamingDependent: break;
  }
  std::string text = "NAMING-DEPENDENT HASH: ";
  if (!report.family) {
    return text + StandingText(report) + ", too far out to be luck: " + dialect +
           " places these names by a pattern.";
  }
  text +=
      dialect + " places names like these by a pattern, not by chance (CV " +
      Format("%.3f over %llu such sets, chance gives %.3f). ", report.family->rms_cv,
             static_cast<unsigned long long>(report.family->siblings), report.family->expected_cv);
  const double percentile = report.standings.cv->percentile;
  const char* const these = percentile > 100 * (1 - kTail) ? "These very names do badly"
                            : percentile < 100 * kTail     ? "These very names do well"
                                                           : "These very names do as chance would";
  return text + these + Format(": percentile %.1f of random rings.", percentile);
}

// What the ring's part of the load is due to, as the end of a sentence.
std::string RingPartText(const RingReport& report) {
  switch (CauseInRing(report)) {
    case LoadCause::kHash:
      return Format(", where a random hash would bring %.3f.", report.expected.cv.value_or(0));
    case LoadCause::kLuck:
      return Format(", by bad luck: chance brings %.3f.", report.expected.cv.value_or(0));
    case LoadCause::kKind: return "; that is what this kind of ring gives.";
    default: break;
  }
  return Format("; that is what %u random points a node give.",
                static_cast<unsigned>(report.ring.replicas));
}

std::string LoadSentence(const RingReportOptions& options, const RingReport& report) {
  const Traffic& t = report.traffic;
  std::string busiest = Format("on average the busiest node gets %.2f x the mean",
                               report.verdict.remedies.front().expected_peak);
  const std::string parts =
      Format("popular keys bring CV %.3f, the ring %.3f", t.cv_popularity, t.cv_ring);
  switch (report.verdict.cause) {
    case LoadCause::kNone:
      return "EVEN ENOUGH: " + busiest +
             Format(" (%.2f with these keys), at most %.4g was asked for; ", t.balance.peak_to_mean,
                    options.target_peak) +
             parts + ".";
    case LoadCause::kPopularity:
      return "POPULARITY, NOT THE RING: " + busiest + " because " + parts +
             Format("; the hottest key alone is %.1f %% of all requests.",
                    100 * t.hottest_key_share);
    case LoadCause::kBoth:
      return "RING AND POPULARITY: " + busiest + " because " + parts + RingPartText(report);
    case LoadCause::kHash:
      return "THE HASH: " + busiest + " because " + parts + RingPartText(report);
    case LoadCause::kLuck: return "LUCK: " + busiest + " because " + parts + RingPartText(report);
    case LoadCause::kReplicas:
      return "TOO FEW REPLICAS: " + busiest + " because " + parts + RingPartText(report);
    case LoadCause::kKind:
      return "THE KIND OF RING: " + busiest + " because " + parts + RingPartText(report);
  }
  return busiest;
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
    case LoadCause::kKind: return "kind";
    case LoadCause::kPopularity: return "popularity";
    case LoadCause::kBoth: return "both";
  }
  return "";
}

void JudgeRing(const RingReportOptions& options, RingReport& report) {
  RingVerdict& verdict = report.verdict;
  verdict.ring_class = ClassOf(report);
  verdict.ring = RingSentence(report, verdict.ring_class);
  verdict.remedies = TryRemedies(options, report);
  verdict.cause = CauseOf(report);
  verdict.load = LoadSentence(options, report);
  verdict.advice = AdviceOf(options, verdict.remedies);
}

}  // namespace ringlab
