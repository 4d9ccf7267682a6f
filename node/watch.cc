#include "node/watch.h"

#include <utility>

#include "node/peers.h"

namespace ringlab {

namespace {

std::vector<Peer> Named(const std::vector<std::string>& names) {
  std::vector<Peer> peers;
  for (const std::string& name : names) peers.push_back({name, ""});
  return peers;
}

// A probe is under way or awaited: not yet well.
bool Fails(const PeerStats& peer) { return peer.state != Circuit::State::kClosed; }

std::map<std::string, bool> Failing(const std::vector<PeerStats>& peers) {
  std::map<std::string, bool> failing;
  for (const PeerStats& peer : peers) failing[peer.name] = Fails(peer);
  return failing;
}

}  // namespace

std::vector<Said> Watch::Look(Sight now) {
  std::vector<Said> said;
  if (now.ring != last_.ring) {
    said.push_back({false, "ring: " + DescribeChange(Named(last_.ring), Named(now.ring))});
  }
  auto failed = Failing(last_.peers);
  for (const auto& [name, fails] : Failing(now.peers)) {
    if (fails == failed[name]) continue;
    said.push_back(
        fails ? Said{true, name + " fails: no calls go there but probes, until one succeeds"}
              : Said{false, name + " answers again"});
  }
  for (Said& refusals : Refusals(now)) said.push_back(std::move(refusals));
  last_ = std::move(now);
  return said;
}

std::vector<Said> Watch::Refusals(const Sight& now) {
  struct Kind {
    std::uint64_t Sight::* count;
    const char* what;
  };
  static constexpr Kind kKinds[] = {
      {&Sight::callers_refused, " calls of callers were turned away, at --max-in-flight"},
      {&Sight::peers_refused, " calls of peers were turned away, at --max-peer-in-flight"},
      {&Sight::fallbacks_refused,
       " loads in the place of peers that fail were not made, at --fallback-fraction"}};
  if (++looks_since_told_ <= kLooksBetween) return {};
  std::vector<Said> said;
  for (const Kind& kind : kKinds) {
    const std::uint64_t more = now.*kind.count - told_.*kind.count;
    if (more > 0) said.push_back({true, std::to_string(more) + kind.what});
  }
  if (said.empty()) return {};
  looks_since_told_ = 0;
  told_ = now;
  return said;
}

}  // namespace ringlab
