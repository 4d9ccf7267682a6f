#include "node/front/node_figures.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

std::string Hex(std::uint64_t number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(number >> shift) & 15];
  return text;
}

std::string Decimal(Units units) {
  std::string text;
  do {
    text += static_cast<char>('0' + static_cast<int>(units % 10));
    units /= 10;
  } while (units > 0);
  std::ranges::reverse(text);
  return text;
}

// What is no UTF-8 becomes U+FFFD.
Json Clean(const Json& json) {
  return Json::parse(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Json LevelsOf(const GroupStats& stats) {
  return {{"cache", stats.hits - stats.hits_hot - stats.hits_stale},
          {"hot", stats.hits_hot},
          {"stale", stats.hits_stale},
          {"negative", stats.negative_hits},
          {"joined", stats.joined},
          {"peer", stats.peer_loads},
          {"source", stats.source_loads_own},
          {"late", stats.late_hits + stats.peeks_found},
          {"refused", stats.invalid + stats.too_late + stats.refused}};
}

Json GroupFigures(const Group& group, const GroupStats& stats) {
  Json figures = {{"name", group.name()}, {"gets", stats.gets}};
  if (stats.gets > 0) {
    figures["hit_ratio"] = static_cast<double>(stats.hits) / static_cast<double>(stats.gets);
  }
  figures["levels"] = LevelsOf(stats);
  figures["not_found"] = stats.answered_not_found;
  figures["errors"] = stats.answered_error + stats.answered_timeout;
  figures["writes"] = stats.sets + stats.removes;
  figures["source_loads"] = stats.source_loads;
  figures["memory"] = {{"items", stats.cache.items},
                       {"used_bytes", stats.cache.used_bytes},
                       {"budget_bytes", stats.cache.budget_bytes},
                       {"evicted", stats.cache.evicted},
                       {"expired", stats.cache.expired}};
  figures["hot_keys"] = Json::array();
  for (const HotKey& hot : group.HotKeysNow(kHotKeysShown)) {
    figures["hot_keys"].push_back({{"key", hot.key}, {"qps", hot.qps}});
  }
  return figures;
}

Json RingInfo(const RingView& view, const Node& node) {
  const auto stale_for = node.stale_for();
  return {{"epoch", view.epoch},
          {"fingerprint", Hex(view.ring->fingerprint())},
          {"stale", stale_for.has_value()},
          {"stale_s", Seconds(stale_for.value_or(Duration::zero()))},
          {"dialect", view.ring->dialect()},
          {"replicas", view.ring->replicas()}};
}

// What peers asked by rings other than this node's.
Json OtherRingsOf(const Node& node) {
  Json figures = {{"requests", 0}};
  std::uint64_t requests = 0;
  for (const auto& [name, group] : node.groups()) {
    requests += group->other_rings().requests();
    const auto last = group->other_rings().last();
    if (last.fingerprint == 0) continue;
    figures["last_of"] = last.node;
    figures["fingerprint"] = Hex(last.fingerprint);
  }
  figures["requests"] = requests;
  return figures;
}

}  // namespace

nlohmann::ordered_json StatusFigures(const Node& node) {
  const NodeStats stats = node.stats();
  const auto view = node.view();
  Json figures = {{"name", stats.name}, {"version", stats.version}, {"serving", node.serving()}};
  figures["ring"] = RingInfo(*view, node);
  figures["ring"]["nodes"] = view->ring->nodes().size();
  figures["process"] = {{"pid", stats.process.pid},
                        {"cpu_s", Seconds(stats.process.cpu)},
                        {"resident_bytes", stats.process.resident_bytes}};
  figures["groups"] = Json::array();
  for (const auto& [name, counts] : stats.groups) {
    figures["groups"].push_back(GroupFigures(*node.groups().find(name)->second, counts));
  }
  return Clean(figures);
}

nlohmann::ordered_json RingFigures(const Node& node) {
  const auto view = node.view();
  const Ring& ring = *view->ring;
  Json figures = {{"self", node.name()}};
  figures.update(RingInfo(*view, node));
  const std::vector<double> shares = ring.Shares();
  std::vector<Units> units;
  if (const auto arcs = ring.Arcs()) units = arcs->UnitsOf(ring.nodes().size());
  figures["other_rings"] = OtherRingsOf(node);
  figures["members"] = Json::array();
  for (std::size_t i = 0; i < ring.nodes().size(); ++i) {
    Json member = {{"name", ring.nodes()[i]}, {"share", shares[i]}};
    if (!units.empty()) member["units"] = Decimal(units[i]);
    if (!view->IsSelf(static_cast<NodeIndex>(i))) {
      member["over"] = node.ReachesOverHttp(ring.nodes()[i]) ? "http" : "grpc";
    }
    figures["members"].push_back(std::move(member));
  }
  return Clean(figures);
}

}  // namespace ringlab
