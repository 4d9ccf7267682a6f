#include <nlohmann/json.hpp>

#include "results/html/common_sections.h"
#include "results/html/pages.h"
#include "results/html/ring_sections.h"
#include "results/html/sim_sections.h"

namespace ringlab::html {

namespace {

constexpr std::size_t kRingsMax = 32;  // more than there are kinds

std::string KeyFigures(const Json& result) {
  const Json& rings = ListAt(result, "rings");
  if (rings.size() != 1) return "";
  return Tiles(TilesOf(
      rings[0], {
                    {"peak_to_mean", Unit::kRatio, "share of the busiest node, over the mean"},
                    {"cv", Unit::kPlain, "coefficient of variation of the shares"},
                    {"theory/expected_cv", Unit::kPlain, "of a random ring, by theory"},
                    {"traffic/expected_peak", Unit::kRatio, "load of the busiest node, on average"},
                    {"resize/add/moved", Unit::kShare, "of the keys move when a node is added"},
                    {"timing/lookup_hot_ns", Unit::kNanos, "a lookup"},
                }));
}

}  // namespace

Report SimReport(const Json& result) {
  Report report{.title = "ringlab sim", .banner = "", .sections = {}};
  const std::string started = TextAt(result, "started_at");
  if (!started.empty()) report.title += " · " + started;
  report.banner = VerdictBanner(result, KeyFigures(result));
  report.sections = {IdentitySection(result, nullptr), ThresholdsSection(result),
                     CompareSection(result)};
  const std::size_t rings = std::min(ListAt(result, "rings").size(), kRingsMax);
  for (std::size_t i = 0; i < rings; ++i) report.sections.push_back(RingSection(result, i));
  report.sections.push_back(LoopbackSection(result));
  report.sections.push_back(ChurnSection(result));
  report.sections.push_back(SweepSection(result));
  report.sections.push_back(CurvesSection(result));
  report.sections.push_back(SwarmSection(result));
  report.sections.push_back(MapSection(result));
  return report;
}

}  // namespace ringlab::html
