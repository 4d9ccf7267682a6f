#include "core/group/group.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/base/hash.h"

namespace ringlab {

namespace {

float WaitOf(const Flight& flight, TimePoint now) {
  return static_cast<float>((now - flight.opened()).count());
}

}  // namespace

// A load from the source on its way: whatever the source does with it, the load is counted once,
// its flight lands, and a fallback gives its permit back.
class Group::SourceLoad {
 public:
  enum class Why { kOwner, kFallback };

  SourceLoad(Group& group, Flight flight, Why why)
      : group_(group), flight_(std::move(flight)), why_(why) {}
  SourceLoad(SourceLoad&&) noexcept = default;
  ~SourceLoad() {
    if (flight_) Finish(Fail(Code::kInternal, "the source dropped the load"));
  }

  std::string_view key() const { return flight_.key(); }

  // The first call counts, later ones find the flight gone.
  void Finish(const Result<Value>& loaded) {
    if (!flight_) return;
    if (why_ == Why::kFallback) group_.fallbacks_under_way_.fetch_sub(1);
    if (!loaded) {
      const bool absent = loaded.error().code == Code::kNotFound;
      (absent ? group_.counts_.source_not_found : group_.counts_.source_errors).Add();
      if (absent && why_ == Why::kOwner) group_.layers_.KeepAbsent(flight_, loaded.error());
      // kUnavailable is a node that cannot be reached, and opens its circuit; a source's is not.
      Error error = loaded.error();
      if (error.code == Code::kUnavailable) error.code = Code::kInternal;
      return flight_.Land(tl::unexpected<Error>(std::move(error)));
    }
    group_.counts_.source_ok.Add();
    if (why_ == Why::kOwner) {
      group_.layers_.Keep(flight_, loaded->view());
    } else {  // in an owner's place: it would not tell us of a write
      group_.layers_.KeepCopy(flight_, loaded->view(), group_.layers_.hot_ttl());
    }
    GetReply reply{.value = *loaded, .level = Level::kSource};
    if (flight_.timed()) reply.times.source = WaitOf(flight_, group_.deps_.scheduler.Now());
    flight_.Land(reply);
  }

 private:
  Group& group_;
  Flight flight_;
  Why why_;
};

Group::Group(GroupOptions options, Deps deps)
    : options_(std::move(options)),
      deps_(deps),
      layers_(options_.layers, deps.scheduler),
      fallback_budget_(options_.fallback_budget, deps.scheduler.Now()),
      claims_(deps.membership, deps.scheduler, options_.peeks_in_vain_max),
      flights_(deps.scheduler, options_.flights) {
  if (options_.hot_copies != HotCopies::kByRate || !layers_.keeps_copies()) return;
  hot_keys_ = std::make_unique<HotKeys>(options_.hot_keys);
  holders_ = std::make_unique<Holders>(options_.holders);
}

// The story of a Get. A hit answers at once. A miss joins the load of its key, or leads it. Who
// leads asks the owner, or the source where the request may travel no further: peer work waits only
// on a source, so waits are two deep at most and never form a cycle, however nodes see the ring.
void Group::Get(const GetRequest& request, GetCallback done) {
  Lead lead = Begin(request, std::move(done));
  if (!lead.flight) return;
  if (lead.at_source) return LoadAsOwner(*lead.view, std::move(lead.flight));
  LoadFromPeer(*lead.view, lead.owner, std::move(lead.flight));
}

namespace {

// A peer takes a node that says nothing by its deadline for dead. So one that still loads then says
// that it lives, a moment earlier.
TimePoint WordBy(TimePoint deadline, TimePoint now) {
  constexpr Duration kMost = std::chrono::milliseconds(100);
  constexpr int kPart = 8;
  if (deadline == kNever || deadline <= now) return deadline;
  return deadline - std::min((deadline - now) / kPart, kMost);
}

}  // namespace

Group::Lead Group::Begin(const GetRequest& request, GetCallback done) {
  if (request.hop == Hop::kPeer) counts_.gets_from_peers.Add();
  if (request.key.empty() || request.key.size() > options_.key_bytes_max) {
    CountMiss(request);
    counts_.invalid.Add();
    done(Fail(Code::kInvalidArgument, KeyComplaint(request.key, options_.key_bytes_max)));
    return {};
  }

  const std::uint64_t hash = HashKey(request.key);
  if (FindHere(request, hash, done)) return {};

  CountMiss(request);
  auto view = deps_.membership.Snapshot();
  other_rings_.Compare(request.origin, request.ring_fingerprint, view->ring->fingerprint());
  const NodeIndex owner = view->ring->OwnerOf(request.key);
  if (request.hop == Hop::kCaller) view->CountRouted(owner);
  // At the owner everybody has arrived: callers share the flight of those who took their hop.
  GetRequest arrived = request;
  if (request.hop == Hop::kPeer) arrived.deadline = WordBy(request.deadline, deps_.scheduler.Now());
  if (view->IsSelf(owner)) arrived.hop = Hop::kPeer;
  if (std::optional<Error> refusal = Refusal(arrived, hash)) {
    done(tl::unexpected<Error>(*std::move(refusal)));
    return {};
  }
  Flight flight = flights_.Join(arrived, hash, std::move(done));
  if (!flight) return {};  // someone else is loading it

  // Look again: another flight may have landed between Find and Join. From here on the key is read
  // from the flight: if the deadline passed meanwhile, `done` has run and the request's is gone.
  if (!claims_.InDoubt() && !(request.hop == Hop::kCaller && claims_.IsDisowned(*view, owner))) {
    if (std::optional<GetReply> hit = layers_.FindAgain(flight.key(), hash)) {
      counts_.late_hits.Add();
      flight.Land(*std::move(hit));
      return {};
    }
  }
  return {std::move(flight), std::move(view), owner, arrived.hop == Hop::kPeer};
}

// Answers with what this node has, if it has anything. Most Gets end here, and within as many
// instructions as a CPU looks ahead: so the next one's memory is on its way meanwhile.
bool Group::FindHere(const GetRequest& request, std::uint64_t hash, GetCallback& done) {
  if (claims_.InDoubt()) return false;
  if (request.hop == Hop::kPeer) return FindForPeer(request, hash, done);
  if (Found hit = layers_.FindMain(request.key, hash)) {
    // In a group that is written to, what we loaded when we owned the key may be out of date. It
    // stays until the hand-over is over: the key's new owner may ask for it.
    if (claims_.IsDisowned(request.key)) {
      counts_.disowned.Add();
      return false;
    }
    const bool stale = hit.stale();
    if (stale) Refresh(request, hash);
    done(GetReply{.value = std::move(hit), .level = stale ? Level::kStale : Level::kCache});
    return true;
  }
  Found copy = layers_.FindCopy(request.key, hash);
  if (!copy) return false;
  done(GetReply{.value = std::move(copy), .level = Level::kHot});
  return true;
}

// A peer that asks for a hot key is offered a copy, and is known to hold one from before the value
// is taken: so a write that comes meanwhile reaches it.
bool Group::FindForPeer(const GetRequest& request, std::uint64_t hash, GetCallback& done) {
  const auto [minute_qps, copy_ttl] = OfferTo(request, hash);
  Found hit = layers_.FindMain(request.key, hash);
  const Level level = !hit ? Level::kHot : hit.stale() ? Level::kStale : Level::kCache;
  if (!hit) hit = layers_.FindCopy(request.key, hash);
  if (!hit) return false;
  if (level == Level::kStale) Refresh(request, hash);
  done(GetReply{.value = std::move(hit),
                .level = level,
                .minute_qps = static_cast<float>(minute_qps),
                .copy_ttl = level == Level::kHot ? Duration::zero() : copy_ttl});
  return true;
}

// Whether a load would be in vain: the caller has stopped waiting, or the source has no such key.
std::optional<Error> Group::Refusal(const GetRequest& request, std::uint64_t hash) {
  if (request.deadline != kNever && request.deadline <= deps_.scheduler.Now()) {
    counts_.too_late.Add();
    return Error{Code::kDeadlineExceeded,
                 "load \"" + std::string(request.key) + "\": its deadline had passed on arrival"};
  }
  if (request.hop != Hop::kPeer) return std::nullopt;
  std::optional<Error> absent = layers_.FindAbsent(request.key, hash);
  if (absent) counts_.negative_hits.Add();
  return absent;
}

// Loads a key anew whose value was served beyond its time; who asked has been answered.
void Group::Refresh(const GetRequest& request, std::uint64_t hash) {
  const auto view = deps_.membership.Snapshot();
  const NodeIndex owner = view->ring->OwnerOf(request.key);
  GetRequest refresh = request;
  refresh.deadline = kNever;
  if (view->IsSelf(owner)) refresh.hop = Hop::kPeer;
  Flight flight = flights_.TryLead(refresh, hash);
  if (!flight) return;
  counts_.refreshes.Add();
  if (refresh.hop == Hop::kPeer) return LoadFromSource(std::move(flight));
  LoadFromPeer(*view, owner, std::move(flight));
}

void Group::CountMiss(const GetRequest& request) {
  counts_.gets_missed.Add();
  if (request.hop == Hop::kPeer) counts_.peers_missed.Add();
  fallback_budget_.Deposit();
}

void Group::LoadFromSource(Flight flight) {
  counts_.source_loads_own.Add();
  Load(SourceLoad(*this, std::move(flight), SourceLoad::Why::kOwner));
}

void Group::LandFromPeer(Result<GetReply> reply, Flight flight) {
  if (reply) {
    counts_.peer_ok.Add();
    KeepCopy(*reply, flight);
    reply->level = Level::kPeer;
    if (flight.timed()) {  // what the owner does not account for was on the way
      reply->times.hop += std::max(0.0F, WaitOf(flight, deps_.scheduler.Now()) - reply->times.took);
      reply->times.took = 0;
    }
    return flight.Land(reply);
  }
  switch (reply.error().code) {
    case Code::kNotFound:
    case Code::kInvalidArgument:
    case Code::kDeadlineExceeded: counts_.peer_final.Add(); return flight.Land(reply);
    case Code::kOutOfRange:  // it was asked for in a batch that was too large
      counts_.peer_final.Add();
      return flight.Land(Fail(Code::kResourceExhausted, std::move(reply.error().message)));
    default:
      counts_.peer_errors.Add();
      return FallBack(std::move(reply.error()), std::move(flight));
  }
}

// The owner failed us: our own source has the value too, as long as not everybody needs it at once.
void Group::FallBack(Error peer_error, Flight flight) {
  if (fallbacks_under_way_.fetch_add(1) >= options_.fallbacks_max ||
      !fallback_budget_.Withdraw(deps_.scheduler.Now())) {
    fallbacks_under_way_.fetch_sub(1);
    counts_.fallbacks_refused.Add();
    return flight.Land(tl::unexpected<Error>(AsCallersSee(std::move(peer_error))));
  }
  counts_.fallbacks.Add();
  Load(SourceLoad(*this, std::move(flight), SourceLoad::Why::kFallback));
}

void Group::Load(SourceLoad load) {
  counts_.source_loads.Add();
  const std::string_view key = load.key();
  try {
    deps_.source.Load(key, [load = std::move(load)](const Result<Value>& loaded) mutable {
      load.Finish(loaded);
    });
  } catch (...) {
    // The callback went with whatever was thrown, and so the load was finished as dropped.
  }
}

}  // namespace ringlab
