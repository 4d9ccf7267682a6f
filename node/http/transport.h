// HttpTransport: the Transport to peers that speak groupcache's protocol over HTTP,
// golang/groupcache processes and nodes of ours: GET {peer}/_groupcache/{group}/{key}, answered by
// a GetResponse.
//
// The protocol has Gets alone: writes and peeks are kUnimplemented, a GetMany is a Get of each key.
// Between nodes of ours header fields add what it lacks (origin, ring, time left, an error's code).
// From others, any answer but 200 is kInternal: as in groupcache, whoever asked then loads the key
// itself, except 502, 503 and 504, which are kUnavailable, said by something in between.
//
// Thread-safe. Callbacks run on a thread of its own, which starts with the first call.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/sync.h"
#include "core/transport.h"
#include "node/http/client.h"
#include "node/live/peers.h"

namespace ringlab {

// What our nodes tell each other in header fields.
inline constexpr const char* kOriginField = "Ringlab-Origin";       // escaped
inline constexpr const char* kRingField = "Ringlab-Ring";           // a fingerprint in decimal
inline constexpr const char* kTimeoutField = "Ringlab-Timeout-Us";  // the time that is left

class HttpTransport final : public Transport {
 public:
  // The token goes with every call, when there is one; in the clear.
  explicit HttpTransport(HttpClientOptions options = {}, const std::string& token = "")
      : authorization_(token.empty() ? "" : "Authorization: Bearer " + token), client_(options) {}

  // Whom it reaches from now on; each address is a base URL. Calls under way go on.
  void SetPeers(const std::vector<Peer>& peers);

  bool Knows(std::string_view name) const;

  void Get(std::string_view to, const GetRequest& request, GetCallback done) override;
  void GetMany(std::string_view to, const GetManyRequest& request, GetManyCallback done) override;
  void Peek(std::string_view to, const GetRequest& request, PeekCallback done) override;
  void Set(std::string_view to, const SetRequest& request, WriteCallback done) override;
  void Remove(std::string_view to, const RemoveRequest& request, WriteCallback done) override;

  // As WireTransport's.
  void Cancel() { client_.Cancel(); }
  void Stop() { client_.Stop(); }

 private:
  using Book = std::map<std::string, std::string, std::less<>>;  // base URLs by name

  std::shared_ptr<const Book> Snapshot() const;

  const std::string authorization_;  // a header field
  std::atomic<bool> any_{false};     // most nodes have no such peer, and should not pay for others
  mutable Mutex mutex_;
  std::shared_ptr<const Book> book_ RL_GUARDED_BY(mutex_) = std::make_shared<const Book>();
  HttpClient client_;
};

}  // namespace ringlab
