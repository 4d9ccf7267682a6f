// The story of many Gets: each key as in a Get, and one call to each owner of what is missing.
#include <map>
#include <utility>

#include "core/base/parse.h"
#include "core/group/group.h"

namespace ringlab {

// The results of a GetMany as they come, from whatever thread; the last one hands them out. A small
// request may ask for more than fits into memory: beyond its bound it keeps nothing more, and
// fails.
class Group::Batch {
 public:
  Batch(std::size_t keys, std::size_t bytes_max, GetManyCallback done)
      : results_(keys, Fail(Code::kInternal, "not answered")),
        left_(keys),
        bytes_max_(bytes_max),
        done_(std::move(done)) {}

  void Answer(std::size_t key, Result<GetReply> reply) {
    const std::size_t bytes = reply ? reply->value.size() : reply.error().message.size();
    if (bytes_.fetch_add(bytes) + bytes <= bytes_max_) results_[key] = std::move(reply);
    if (left_.fetch_sub(1) != 1) return;
    if (bytes_.load() > bytes_max_) {
      const auto refusal =
          Fail(Code::kOutOfRange, "the answer to these " + std::to_string(results_.size()) +
                                      " keys takes " + FormatBytes(bytes_.load()) +
                                      ", and a batch may take " + FormatBytes(bytes_max_) +
                                      ": ask for fewer keys at a time");
      results_.assign(results_.size(), refusal);
    }
    done_(std::move(results_));
  }

 private:
  std::vector<Result<GetReply>> results_;  // each written once, by who answers its key
  std::atomic<std::size_t> left_;
  std::atomic<std::size_t> bytes_{0};
  const std::size_t bytes_max_;
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
  const auto batch = std::make_shared<Batch>(keys, options_.batch_bytes_max, std::move(done));
  struct Share {
    std::shared_ptr<const RingView> view;
    NodeIndex owner = kNoNode;
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
    share.owner = lead.owner;
    share.flights.push_back(std::move(lead.flight));
  }
  // Nothing is loaded before all keys have joined: a batch that has a key twice loads it once.
  for (auto& [owner, share] : by_owner) {
    LoadManyFromPeer(std::move(share.view), share.owner, std::move(share.flights));
  }
  for (auto& [view, flight] : as_owner) LoadAsOwner(*view, std::move(flight));
}

}  // namespace ringlab
