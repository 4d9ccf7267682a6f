#include "node/daemon/watch.h"

#include <fmt/format.h>

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

std::string FormatHex(std::uint64_t number) { return fmt::format("{:016x}", number); }

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
  if (std::string other = OtherRings(now); !other.empty()) said.push_back({true, std::move(other)});
  if (std::string ends = Certificate(now); !ends.empty()) said.push_back({true, std::move(ends)});
  for (Said& refusals : Refusals(now)) said.push_back(std::move(refusals));
  last_ = std::move(now);
  return said;
}

// From two weeks before, once a day; and each hour when it has ended.
std::string Watch::Certificate(const Sight& now) {
  constexpr std::int64_t kHour = 3600;
  constexpr std::int64_t kDay = 24 * kHour;
  if (!now.certificate_ends) return "";
  const std::int64_t left = *now.certificate_ends - now.unix_now;
  const std::int64_t every = left > 0 ? kDay : kHour;
  if (left > 14 * kDay) {
    certificate_told_at_ = 0;
    return "";
  }
  if (certificate_told_at_ != 0 && now.unix_now - certificate_told_at_ < every) return "";
  certificate_told_at_ = now.unix_now;
  if (left <= 0) {
    return "--tls-cert: the certificate has ended; until its file is replaced nobody connects anew";
  }
  const bool days = left >= kDay;
  const std::int64_t count = left / (days ? kDay : kHour);
  return fmt::format(
      "--tls-cert: the certificate ends in {} {}{}; replace its file before, it is taken over "
      "without a restart",
      count, days ? "day" : "hour", count == 1 ? "" : "s");
}

// Who hears of a change later than we, or earlier, routes by another ring for a moment. Two looks
// apart from every change it is no moment any more.
std::string Watch::OtherRings(const Sight& now) {
  if (now.ring != last_.ring || now.fingerprint != last_.fingerprint) {
    looks_with_other_rings_ = 0;
    other_ring_told_.clear();
    return "";
  }
  if (now.other_rings == last_.other_rings || ++looks_with_other_rings_ < 2) return "";
  if (std::exchange(other_ring_told_, now.other_ring.node) == now.other_ring.node) return "";
  return now.other_ring.node + " routes by another ring, " + FormatHex(now.other_ring.fingerprint) +
         ", than this node, " + FormatHex(now.fingerprint) +
         ": each key may have two owners; compare --peers, --ring and --replicas of both";
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
    if (more == 0) continue;
    std::string text = std::to_string(more) + kind.what;
    if (kind.count == &Sight::source_errors && !now.source_why.empty()) {
      text += "; the last: " + now.source_why;
    }
    said.push_back({true, std::move(text)});
  }
  if (said.empty()) return {};
  looks_since_told_ = 0;
  told_ = now;
  return said;
}

}  // namespace ringlab
