#include "sim/virtual/swarm_diagram.h"

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/virtual/swarm_run.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

constexpr Duration kAfter = std::chrono::milliseconds(5);

// The nodes that a fault is about: two of a cut, one of a node's own, else all.
std::vector<std::string> NodesOf(const Fault& fault, const std::vector<std::string>& names) {
  switch (fault.kind) {
    case Fault::Kind::kCut:
    case Fault::Kind::kCutOneWay: return {names[fault.a], names[fault.b]};
    case Fault::Kind::kKill:
    case Fault::Kind::kLeave:
    case Fault::Kind::kUnlist:
    case Fault::Kind::kFreeze:
    case Fault::Kind::kSlow:
    case Fault::Kind::kIsolate: return {names[fault.a]};
    case Fault::Kind::kLoss:
    case Fault::Kind::kFarAway:
    case Fault::Kind::kSourceSlow:
    case Fault::Kind::kSourceFails:
    case Fault::Kind::kSourceHangs: break;
  }
  return names;
}

Json FaultsOf(const SwarmPlan& plan, const std::vector<std::string>& hosts, double from,
              double to) {
  Json faults = Json::array();
  for (const Fault& fault : plan.faults) {
    const double begin = Seconds(fault.at);
    const double end = Seconds(fault.at + fault.length);
    if (end < from || begin > to) continue;
    Json rows = Json::array();
    for (const std::string& name : NodesOf(fault, plan.names)) {
      rows.push_back(std::ranges::find(hosts, name) - hosts.begin());
    }
    faults.push_back({{"nodes", std::move(rows)},
                      {"from_s", std::max(begin, from)},
                      {"to_s", std::min(end, to)},
                      {"text", ToText(fault)}});
  }
  return faults;
}

// "/groupcachepb.GroupCache/Get": "Get".
std::string ShortName(const std::string& kind) { return kind.substr(kind.rfind('/') + 1); }

// The kinds of these messages, the most frequent first, as numbers of the network's.
std::vector<std::size_t> KindsOf(const std::deque<MessageLog::Passage>& passages) {
  std::map<std::size_t, std::size_t> counts;
  for (const MessageLog::Passage& passage : passages) ++counts[passage.kind];
  std::vector<std::size_t> kinds;
  for (const auto& [kind, count] : counts) kinds.push_back(kind);
  std::ranges::stable_sort(kinds, std::greater<>(), [&](std::size_t kind) { return counts[kind]; });
  return kinds;
}

}  // namespace

Result<Json> DiagramOf(const SwarmPlan& plan, Duration at) {
  MessageLog log(kDiagramMessagesMax, at + kAfter);
  const auto outcome = RunSwarm(plan, &log);
  if (!outcome) return tl::unexpected<Error>(outcome.error());
  const auto since = [&](TimePoint when) { return Seconds(when - log.began()); };
  double from = Seconds(at);
  double to = Seconds(at + kAfter);
  const std::vector<std::size_t> kinds = KindsOf(log.passages());
  Json messages = Json::array();
  for (const MessageLog::Passage& passage : log.passages()) {
    const bool arrives = passage.arrives != kNever;
    from = std::min(from, since(passage.sent));
    messages.push_back({passage.from, passage.to,
                        std::ranges::find(kinds, passage.kind) - kinds.begin(), since(passage.sent),
                        arrives ? Json(since(passage.arrives)) : Json()});
  }
  Json names = Json::array();
  for (const std::size_t kind : kinds) names.push_back(ShortName(outcome->traffic[kind].kind));
  return Json{{"nodes", outcome->hosts},
              {"from_s", from},
              {"to_s", to},
              {"kinds", std::move(names)},
              {"messages", std::move(messages)},
              {"faults", FaultsOf(plan, outcome->hosts, from, to)}};
}

}  // namespace ringlab
