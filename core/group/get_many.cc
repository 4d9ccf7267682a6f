// The story of many Gets: each key as in a Get, and one call to each owner of what is missing.
#include <map>
#include <utility>

#include "core/base/check.h"
#include "core/group/group.h"

namespace ringlab {

// The results of a GetMany as they come, from whatever thread; the last one hands them out.
class Group::Batch {
 public:
  Batch(std::size_t keys, GetManyCallback done)
      : results_(keys, Fail(Code::kInternal, "not answered")),
        left_(keys),
        done_(std::move(done)) {}

  void Answer(std::size_t key, Result<GetReply> reply) {
    results_[key] = std::move(reply);
    if (left_.fetch_sub(1) == 1) done_(std::move(results_));
  }

 private:
  std::vector<Result<GetReply>> results_;  // each written once, by who answers its key
  std::atomic<std::size_t> left_;
  GetManyCallback done_;
};

std::string Group::ComplaintAboutBatch(std::size_t keys) const {
  if (keys > 0 && keys <= options_.batch_keys_max) return "";
  return "a batch of " + std::to_string(keys) + " keys; accepted: 1 to " +
         std::to_string(options_.batch_keys_max);
}

void Group::GetMany(const GetManyRequest& request, GetManyCallback done) {
  counts_.batches.Add();
  const std::size_t keys = request.keys.size();
  if (std::string wrong = ComplaintAboutBatch(keys); !wrong.empty()) {
    const auto refusal = Fail(Code::kInvalidArgument, std::move(wrong));
    return done(std::vector<Result<GetReply>>(keys, refusal));
  }
  const auto batch = std::make_shared<Batch>(keys, std::move(done));
  struct Share {
    std::shared_ptr<const RingView> view;
    std::vector<Flight> flights;
  };
  std::map<std::string, Share> by_owner;  // the ring may change half way through: by name
  std::vector<std::pair<std::shared_ptr<const RingView>, Flight>> as_owner;
  for (std::size_t i = 0; i < keys; ++i) {
    const GetRequest get{.group = request.group,
                         .key = request.keys[i],
                         .hop = request.hop,
                         .deadline = request.deadline,
                         .origin = request.origin,
                         .ring_fingerprint = request.ring_fingerprint,
                         .trace = request.trace};
    Lead lead =
        Begin(get, [batch, i](Result<GetReply> reply) { batch->Answer(i, std::move(reply)); });
    if (!lead.flight) continue;
    if (lead.at_source) {
      as_owner.emplace_back(std::move(lead.view), std::move(lead.flight));
      continue;
    }
    Share& share = by_owner[lead.view->owner_name(lead.owner)];
    share.view = std::move(lead.view);
    share.flights.push_back(std::move(lead.flight));
  }
  // Nothing is loaded before all keys have joined: a batch that has a key twice loads it once.
  for (auto& [owner, share] : by_owner) {
    LoadManyFromPeer(owner, share.view->ring->fingerprint(), std::move(share.flights));
  }
  for (auto& [view, flight] : as_owner) LoadAsOwner(*view, std::move(flight));
}

void Group::LoadManyFromPeer(const std::string& owner, std::uint64_t ring_fingerprint,
                             std::vector<Flight> flights) {
  std::vector<std::string_view> keys;
  GetManyRequest request{.group = options_.name,
                         .keys = {},
                         .hop = Hop::kPeer,
                         .deadline = flights.front().deadline(),
                         .origin = deps_.membership.self_name(),
                         .ring_fingerprint = ring_fingerprint,
                         .trace = flights.front().trace()};
  for (const Flight& flight : flights) {
    counts_.peer_loads.Add();
    keys.push_back(flight.key());
    request.deadline = std::max(request.deadline, flight.deadline());
  }
  request.keys = keys;
  deps_.transport.GetMany(
      owner, request,
      [this, flights = std::move(flights)](std::vector<Result<GetReply>> replies) mutable {
        RL_CHECK_BECAUSE(replies.size() == flights.size(), "a Transport answers every key");
        for (std::size_t i = 0; i < flights.size(); ++i) {
          LandFromPeer(std::move(replies[i]), std::move(flights[i]));
        }
      });
}

}  // namespace ringlab
