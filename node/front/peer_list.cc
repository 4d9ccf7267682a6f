#include "node/front/peer_list.h"

#include <algorithm>
#include <system_error>

namespace ringlab {

PeerList::~PeerList() {
  std::deque<std::pair<Peer, Added>> late;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    late.swap(waiting_);
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  for (auto& [peer, added] : late) added(Fail(Code::kUnavailable, "the node stops"));
}

Result<void> PeerList::Set(std::vector<Peer> peers) {
  const std::lock_guard lock(joining_);
  auto joined = join_(peers);
  if (joined) peers_ = std::move(peers);
  return joined;
}

void PeerList::Add(Peer peer, Added added) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < kWaitingMax && !stopping_ && HasThread()) {
      waiting_.emplace_back(std::move(peer), std::move(added));
      changed_.notify_all();
      return;
    }
  }
  added(Fail(Code::kResourceExhausted,
             "too many peers are waiting to be added, or no thread can be started for it"));
}

// With the lock.
bool PeerList::HasThread() {
  try {
    if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

void PeerList::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    auto [peer, added] = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    std::vector<Peer> peers;
    {
      const std::lock_guard reading(joining_);
      peers = peers_;
    }
    std::erase_if(peers, [&](const Peer& each) { return each.name == peer.name; });
    peers.push_back(std::move(peer));
    added(Set(std::move(peers)));
    lock.lock();
  }
}

}  // namespace ringlab
