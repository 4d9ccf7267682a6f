// The story of a question to a key's owner. It is asked for a word within a part of the time that
// there is: a silent one is given up in time for another way (core/guard/guarded_transport.h), one
// that lives and is still loading says so, and is asked again, to wait for as long as that takes.
#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/group/group.h"

namespace ringlab {

class Group::PeerLoad {
 public:
  // Whether the owner may be silent until the load is given up.
  enum class Patience : std::uint8_t { kBounded, kWhole };

  PeerLoad(Group& group, Patience patience) : group_(group), patience_(patience) {}

  void Ask(const RingView& view, NodeIndex owner, Flight flight) {
    const GetRequest request{.group = group_.options_.name,
                             .key = flight.key(),
                             .hop = Hop::kPeer,
                             .timed = flight.timed(),
                             .deadline = flight.deadline(),
                             .origin = group_.deps_.membership.self_name(),
                             .ring_fingerprint = view.ring->fingerprint(),
                             .trace = flight.trace(),
                             .wanted_by = WantedBy(flight)};
    auto landed = [load = *this, flight = std::move(flight)](Result<GetReply> reply) mutable {
      if (load.IsStillUnderWay(reply, flight)) return AskAgain(load.group_, std::move(flight));
      load.group_.LandFromPeer(std::move(reply), std::move(flight));
    };
    static_assert(sizeof landed <= kFunctionInlineBytes, "a load would cost an allocation");
    group_.deps_.transport.Get(view.owner_name(owner), request, std::move(landed));
  }

  void AskMany(std::shared_ptr<const RingView> view, NodeIndex owner, std::vector<Flight> flights) {
    std::vector<std::string_view> keys;
    GetManyRequest request{.group = group_.options_.name,
                           .keys = {},
                           .hop = Hop::kPeer,
                           .deadline = flights.front().deadline(),
                           .origin = group_.deps_.membership.self_name(),
                           .ring_fingerprint = view->ring->fingerprint(),
                           .trace = flights.front().trace(),
                           .wanted_by = WantedBy(flights.front())};
    for (const Flight& flight : flights) {
      keys.push_back(flight.key());
      request.deadline = std::max(request.deadline, flight.deadline());
    }
    request.keys = keys;
    const std::string& name = view->owner_name(owner);
    auto landed = [load = *this, view, owner,
                   flights = std::move(flights)](std::vector<Result<GetReply>> replies) mutable {
      load.LandMany(std::move(view), owner, std::move(flights), std::move(replies));
    };
    group_.deps_.transport.GetMany(name, request, std::move(landed));
  }

 private:
  TimePoint WantedBy(const Flight& flight) const {
    return patience_ == Patience::kBounded ? flight.wanted_by() : kNever;
  }

  // The owner lives, and had to say so before there was no time left for another way.
  bool IsStillUnderWay(const Result<GetReply>& reply, const Flight& flight) const {
    return patience_ == Patience::kBounded && !reply &&
           reply.error().code == Code::kDeadlineExceeded &&
           group_.deps_.scheduler.Now() < flight.deadline();
  }

  // It joins its own load there.
  static void AskAgain(Group& group, Flight flight) {
    const auto view = group.deps_.membership.Snapshot();
    const NodeIndex owner = view->ring->OwnerOf(flight.key());
    if (view->IsSelf(owner)) {
      group.counts_.peer_errors.Add();
      return group.FallBack({Code::kUnavailable, "the key has come to this node"},
                            std::move(flight));
    }
    group.counts_.asked_again.Add();
    PeerLoad(group, Patience::kWhole).Ask(*view, owner, std::move(flight));
  }

  void LandMany(std::shared_ptr<const RingView> view, NodeIndex owner, std::vector<Flight> flights,
                std::vector<Result<GetReply>> replies) const {
    RL_CHECK_BECAUSE(replies.size() == flights.size(), "a Transport answers every key");
    std::vector<Flight> late;
    for (std::size_t i = 0; i < flights.size(); ++i) {
      if (IsStillUnderWay(replies[i], flights[i])) {
        late.push_back(std::move(flights[i]));
      } else {
        group_.LandFromPeer(std::move(replies[i]), std::move(flights[i]));
      }
    }
    if (late.empty()) return;
    group_.counts_.asked_again.Add(late.size());
    PeerLoad(group_, Patience::kWhole).AskMany(std::move(view), owner, std::move(late));
  }

  Group& group_;
  Patience patience_;
};

void Group::LoadFromPeer(const RingView& view, NodeIndex owner, Flight flight) {
  counts_.peer_loads.Add();
  PeerLoad(*this, PeerLoad::Patience::kBounded).Ask(view, owner, std::move(flight));
}

void Group::LoadManyFromPeer(std::shared_ptr<const RingView> view, NodeIndex owner,
                             std::vector<Flight> flights) {
  counts_.peer_loads.Add(flights.size());
  PeerLoad(*this, PeerLoad::Patience::kBounded).AskMany(std::move(view), owner, std::move(flights));
}

}  // namespace ringlab
