#include "core/group.h"

#include <utility>

#include "core/hash.h"

namespace ringlab {

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
      return flight_.Land(tl::unexpected<Error>(loaded.error()));
    }
    group_.counts_.source_ok.Add();
    group_.Keep(flight_, *loaded);
    flight_.Land(GetReply{*loaded, Level::kSource});
  }

 private:
  Group& group_;
  Flight flight_;
  Why why_;
};

std::string KeyComplaint(std::string_view key, std::size_t bytes_max) {
  if (key.empty()) return "key required";
  return "a key of " + std::to_string(key.size()) + " bytes; accepted: up to " +
         std::to_string(bytes_max);
}

Group::Group(GroupOptions options, Deps deps)
    : options_(std::move(options)),
      deps_(deps),
      cache_(options_.cache_bytes),
      flights_(deps.scheduler, options_.flights) {}

// The story of a Get. A hit answers at once. A miss joins the load of its key, or leads it. Who
// leads asks the owner, or the source where the request may travel no further: peer work waits only
// on a source, so waits are two deep at most and never form a cycle, however nodes see the ring.
void Group::Get(const GetRequest& request, GetCallback done) {
  Lead lead = Begin(request, std::move(done));
  if (!lead.flight) return;
  if (lead.at_source) return LoadFromSource(std::move(lead.flight));
  LoadFromPeer(*lead.view, lead.owner, std::move(lead.flight));
}

Group::Lead Group::Begin(const GetRequest& request, GetCallback done) {
  if (request.hop == Hop::kPeer) counts_.gets_from_peers.Add();
  if (request.key.empty() || request.key.size() > options_.key_bytes_max) {
    CountMiss(request);
    counts_.invalid.Add();
    done(Fail(Code::kInvalidArgument, KeyComplaint(request.key, options_.key_bytes_max)));
    return {};
  }

  const std::uint64_t hash = HashKey(request.key);
  if (Value hit = cache_.Find(request.key, hash)) {
    done(GetReply{std::move(hit), Level::kCache});
    return {};
  }

  CountMiss(request);
  auto view = deps_.membership.Snapshot();
  const NodeIndex owner = view->ring->OwnerOf(request.key);
  if (request.hop == Hop::kCaller) view->CountRouted(owner);
  // At the owner everybody has arrived: callers share the flight of those who took their hop.
  GetRequest arrived = request;
  if (view->IsSelf(owner)) arrived.hop = Hop::kPeer;
  Flight flight = flights_.Join(arrived, hash, std::move(done));
  if (!flight) return {};  // someone else is loading it

  // Look again: another flight may have landed between Find and Join. From here on the key is read
  // from the flight: if the deadline passed meanwhile, `done` has run and the request's is gone.
  if (Value hit = cache_.FindAgain(flight.key(), hash)) {
    counts_.late_hits.Add();
    flight.Land(GetReply{std::move(hit), Level::kCache});
    return {};
  }
  return {std::move(flight), std::move(view), owner, arrived.hop == Hop::kPeer};
}

// Unless a write has overtaken the load: then it brings what was, and the cache has what is.
void Group::Keep(const Flight& flight, const Value& value) {
  cache_.InsertUnless(flight.superseded(), flight.key(), flight.key_hash(), value.view());
  if (flight.superseded().load()) counts_.superseded.Add();
}

void Group::CountMiss(const GetRequest& request) {
  counts_.gets_missed.Add();
  if (request.hop == Hop::kPeer) counts_.peers_missed.Add();
}

void Group::LoadFromSource(Flight flight) {
  counts_.source_loads_own.Add();
  Load(SourceLoad(*this, std::move(flight), SourceLoad::Why::kOwner));
}

void Group::LoadFromPeer(const RingView& view, NodeIndex owner, Flight flight) {
  counts_.peer_loads.Add();
  const GetRequest request{.group = options_.name,
                           .key = flight.key(),
                           .hop = Hop::kPeer,
                           .deadline = flight.deadline(),
                           .origin = deps_.membership.self_name(),
                           .ring_fingerprint = view.ring->fingerprint()};
  deps_.transport.Get(view.owner_name(owner), request,
                      [this, flight = std::move(flight)](Result<GetReply> reply) mutable {
                        LandFromPeer(std::move(reply), std::move(flight));
                      });
}

void Group::LandFromPeer(Result<GetReply> reply, Flight flight) {
  if (reply) {
    counts_.peer_ok.Add();
    return flight.Land(GetReply{std::move(reply->value), Level::kPeer});
  }
  switch (reply.error().code) {
    case Code::kNotFound:
    case Code::kInvalidArgument:
    case Code::kDeadlineExceeded: counts_.peer_final.Add(); return flight.Land(reply);
    default:
      counts_.peer_errors.Add();
      return FallBack(std::move(reply.error()), std::move(flight));
  }
}

// The owner failed us: our own source has the value too, as long as not everybody needs it at once.
void Group::FallBack(Error peer_error, Flight flight) {
  if (fallbacks_under_way_.fetch_add(1) >= options_.fallbacks_max) {
    fallbacks_under_way_.fetch_sub(1);
    counts_.fallbacks_refused.Add();
    return flight.Land(tl::unexpected<Error>(std::move(peer_error)));
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
