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
  std::vector<Tile> tiles;
  const auto add = [&](Unit unit, const char* path, const char* text) {
    if (const auto value = NumberAt(rings[0], path)) tiles.push_back({Shown(unit, *value), text});
  };
  add(Unit::kRatio, "peak_to_mean", "share of the busiest node, over the mean");
  add(Unit::kPlain, "cv", "coefficient of variation of the shares");
  add(Unit::kPlain, "theory/expected_cv", "of a random ring, by theory");
  add(Unit::kRatio, "traffic/expected_peak", "load of the busiest node, on average");
  add(Unit::kShare, "resize/add/moved", "of the keys move when a node is added");
  add(Unit::kNanos, "timing/lookup_hot_ns", "a lookup");
  return Tiles(tiles);
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
  return report;
}

}  // namespace ringlab::html
