// The story of a hand-over: the ring has changed, and who owned a key before may still have it.
#include <algorithm>
#include <utility>

#include "core/base/hash.h"
#include "core/group/group.h"

namespace ringlab {

namespace {

constexpr Duration kRingsDiffer = std::chrono::seconds(10);  // at most, after a change

}  // namespace

// The owner loads. A peek is answered from memory and waits on nothing, so that waits are as deep
// as ever; whatever goes wrong with it, there is the source.
void Group::LoadAsOwner(const RingView& view, Flight flight) {
  if (claims_.InDoubt()) return AwaitWord(std::move(flight));
  const std::string* const former = claims_.AskFirst(view, flight.key(), flight.key_hash());
  if (former == nullptr) return LoadFromSource(std::move(flight));
  Peek(*former, view.ring->fingerprint(), std::move(flight));
}

void Group::Peek(const std::string& node, std::uint64_t ring_fingerprint, Flight flight) {
  counts_.peeks.Add();
  const TimePoint patience = SaturatingAdd(deps_.scheduler.Now(), options_.peek_timeout);
  const GetRequest request{.group = options_.name,
                           .key = flight.key(),
                           .hop = Hop::kPeer,
                           .deadline = std::min(flight.deadline(), patience),
                           .origin = deps_.membership.self_name(),
                           .ring_fingerprint = ring_fingerprint,
                           .trace = flight.trace()};
  deps_.transport.Peek(node, request,
                       [this, flight = std::move(flight)](const Result<PeekReply>& reply) mutable {
                         LandPeek(reply, std::move(flight));
                       });
}

void Group::LandPeek(const Result<PeekReply>& reply, Flight flight) {
  claims_.Asked(reply.has_value());
  if (!reply) return LoadFromSource(std::move(flight));
  counts_.peeks_found.Add();
  layers_.Keep(flight, reply->value.view(), reply->ttl);
  flight.Land(GetReply{.value = reply->value, .level = Level::kPeer});
}

// The other side: what is in memory and fresh, with the life that it has left.
void Group::Peek(const GetRequest& request, PeekCallback done) {
  counts_.peeks_asked.Add();
  if (claims_.InDoubt()) {
    return done(tl::unexpected<Error>(claims_.DoubtAbout(request.key)));
  }
  const std::uint64_t hash = HashKey(request.key);
  // Nodes learn of a new ring one after the other: a write that one with the old ring still brings
  // here is told to who has asked, as to the holder of a copy.
  if (holders_ && !request.origin.empty()) {
    holders_->Add(hash, request.origin, SaturatingAdd(deps_.scheduler.Now(), kRingsDiffer));
  }
  Found found = layers_.PeekMain(request.key, hash);
  if (!found || found.stale()) {
    return done(Fail(Code::kNotFound, "peek \"" + std::string(request.key) + "\": not in memory"));
  }
  counts_.peeks_answered.Add();
  Duration ttl{};
  if (found.expires() != kNever) {
    ttl = std::max(found.expires() - deps_.scheduler.Now(), Duration(1));  // 0 would be for ever
  }
  done(PeekReply{.value = std::move(found), .ttl = ttl});
}

// Keys that are another's now have had their time to be asked for. If they stayed, and came back to
// us with a later change of the ring, they might be older than what their owner had meanwhile.
bool Group::ForgetDisowned(std::size_t part) {
  const auto view = deps_.membership.Snapshot();
  return layers_.ForgetMainIf(part, [this, &view](std::string_view key) {
    return claims_.IsToGo(*view, key, HashKey(key));
  });
}

}  // namespace ringlab
