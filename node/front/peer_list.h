// PeerList: the static peers of a node, one of which may be added while it runs (/setpeer).
//
// Joining waits for other nodes, so it is done on a thread of its own, which starts with the first
// addition. Thread-safe. What is still to be added at the end is answered kUnavailable.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/function.h"
#include "core/base/result.h"
#include "node/live/peers.h"

namespace ringlab {

class PeerList {
 public:
  // `join` makes the list the node's cluster; one call at a time.
  using Join = std::function<Result<void>(const std::vector<Peer>&)>;
  using Added = Function<void(Result<void>)>;

  explicit PeerList(Join join) : join_(std::move(join)) {}
  ~PeerList();
  PeerList(const PeerList&) = delete;
  PeerList& operator=(const PeerList&) = delete;

  // The list from now on. Blocks until it is joined; after an error the old one stays.
  Result<void> Set(std::vector<Peer> peers);

  // One more, or the same name elsewhere. A peer that is on the list joins anew, as springcache's
  // do when they come back. kResourceExhausted when too many are waiting to be added.
  void Add(Peer peer, Added added);

 private:
  static constexpr std::size_t kWaitingMax = 64;

  bool HasThread();
  void Run();

  const Join join_;
  std::mutex joining_;       // held while `join_` runs, which is what it is for
  std::vector<Peer> peers_;  // guarded by joining_
  std::mutex mutex_;         // standard: the condition variable wants it
  std::condition_variable changed_;
  std::deque<std::pair<Peer, Added>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace ringlab
