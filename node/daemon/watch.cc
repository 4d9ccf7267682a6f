#include "node/daemon/watch.h"

#include <algorithm>
#include <utility>

#include "node/live/peers.h"

namespace ringlab {

namespace {

std::vector<Peer> Named(const std::vector<std::string>& names) {
  std::vector<Peer> peers;
  for (const std::string& name : names) peers.push_back({name, ""});
  return peers;
}

// Why, of each peer whose calls do not pass: a probe is under way or awaited. A peer that has said
// goodbye may well be gone while it is still peeked at.
std::map<std::string, std::string> Failing(const Sight& sight) {
  std::map<std::string, std::string> failing;
  for (const PeerStats& peer : sight.peers) {
    const bool member = std::ranges::find(sight.ring, peer.name) != sight.ring.end();
    if (member && peer.state != Circuit::State::kClosed) failing[peer.name] = peer.last_failure;
  }
  return failing;
}

}  // namespace

std::vector<Said> Watch::Look(Sight now) {
  std::vector<Said> said;
  if (now.ring != last_.ring) {
    said.push_back({false, "ring: " + DescribeChange(Named(last_.ring), Named(now.ring))});
  }
  const auto failed = Failing(last_);
  const auto fails = Failing(now);
  for (const auto& [name, why] : fails) {
    if (failed.contains(name)) continue;
    said.push_back({true, name + " fails, and is asked no more but by probes: " + why});
  }
  for (const auto& [name, why] : failed) {
    const bool member = std::ranges::find(now.ring, name) != now.ring.end();
    if (member && !fails.contains(name)) said.push_back({false, name + " answers again"});
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
       " loads in the place of peers that fail were not made, at --fallback-fraction"},
      {&Sight::source_errors, " loads failed at the source"}};
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
