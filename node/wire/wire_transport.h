// WireTransport: the Transport over the links of a wire engine: messages to bytes and back, peers
// by name, and the calls that are under way.
//
// Thread-safe. Callbacks run where the links run theirs, or in Cancel.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/sync.h"
#include "core/group/node_stats.h"
#include "core/transport.h"
#include "node/live/peers.h"
#include "node/wire/links.h"

namespace ringlab {

struct Announcement;

// Links by the names of peers; valid for the life of the links.
using PeerBook = std::map<std::string, Link*, std::less<>>;

// Opens nothing. Of peers with one name, the first counts.
std::shared_ptr<const PeerBook> BookOf(Links& links, const std::vector<Peer>& peers);

class WireTransport final : public Transport {
 public:
  // Over links of its own, or that it shares.
  explicit WireTransport(std::shared_ptr<Links> links);

  // Ends what is under way and waits for its callbacks.
  ~WireTransport() override;

  // Whom Get can reach from now on. Calls under way go on. A book is of this transport's links.
  void SetPeers(const std::vector<Peer>& peers);
  void SetPeers(std::shared_ptr<const PeerBook> book);

  void Get(std::string_view to, const GetRequest& request, GetCallback done) override;
  void GetMany(std::string_view to, const GetManyRequest& request, GetManyCallback done) override;
  void Peek(std::string_view to, const GetRequest& request, PeekCallback done) override;
  void Set(std::string_view to, const SetRequest& request, WriteCallback done) override;
  void Remove(std::string_view to, const RemoveRequest& request, WriteCallback done) override;

  // Tells the node named `to` that this one serves, or is about to leave. Same rules as Get.
  void Announce(std::string_view to, const Announcement& announcement, TimePoint deadline,
                WriteCallback done);

  // It is known to be there: if it could not be reached before, it is tried at once.
  void ConnectNow(std::string_view to);

  // What the node named `to` tells of itself. Likewise.
  void Stats(std::string_view to, TimePoint deadline, Function<void(Result<NodeStats>)> done);

  // Ends every call, present and future, with kUnavailable or what it had become; callbacks run
  // before it returns, or are running.
  void Cancel();

  // Cancel, and then blocks until the last callback has returned; so never from one.
  void Stop();

 private:
  class Call;
  class Calls;

  Link* Find(std::string_view name) const;

  template <class Done>
  void Start(std::string_view to, OutgoingCall&& call, Done done);

  const std::shared_ptr<Links> links_;
  mutable Mutex mutex_;
  std::shared_ptr<const PeerBook> book_ RL_GUARDED_BY(mutex_);
  std::unique_ptr<Calls> calls_;
};

}  // namespace ringlab
