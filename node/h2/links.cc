#include "node/h2/links.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "node/h2/loop/wait_for.h"
#include "node/h2/stream/tls_context.h"
#include "node/h2/stream/tls_follower.h"
#include "node/live/complaints.h"

namespace ringlab {

namespace {

void Add(H2ClientCounters& sum, const H2ClientCounters& more) {
  for (const auto count :
       {&H2ClientCounters::started, &H2ClientCounters::answered, &H2ClientCounters::failed,
        &H2ClientCounters::expired, &H2ClientCounters::cancelled, &H2ClientCounters::handed_on,
        &H2ClientCounters::retried, &H2ClientCounters::resets_received,
        &H2ClientCounters::resets_sent, &H2ClientCounters::goaways}) {
    sum.*count += more.*count;
  }
  for (std::size_t i = 0; i < kH2Limits; ++i) sum.limits.reached[i] += more.limits.reached[i];
}

}  // namespace

// The links to one address, used in turn.
class H2Links::Peer final : public Link {
 public:
  Peer(const LinkShare& share, LoopPool& loops, int connections, const std::string& address) {
    const std::size_t first = std::hash<std::string>{}(address);
    for (int i = 0; i < std::max(connections, 1); ++i) {
      const std::size_t at = (first + static_cast<std::size_t>(i)) % loops.size();
      links_.push_back(std::make_unique<H2Link>(share, loops.loop(at), loops.memory(at), address));
    }
  }

  void Call(OutgoingCall&& call, BytesCallback&& done) override {
    const std::size_t turn =
        links_.size() == 1 ? 0 : next_.fetch_add(1, std::memory_order_relaxed) % links_.size();
    links_[turn]->Call(std::move(call), std::move(done));
  }
  void ConnectNow() override {
    for (const auto& link : links_) link->ConnectNow();
  }

  const std::vector<std::unique_ptr<H2Link>>& links() const { return links_; }

 private:
  std::vector<std::unique_ptr<H2Link>> links_;
  std::atomic<std::size_t> next_{0};
};

H2Links::H2Links(LoopPool& loops, H2LinksOptions options)
    : loops_(loops),
      options_(std::move(options)),
      authorization_(options_.security.token.empty() ? "" : "Bearer " + options_.security.token),
      complaints_(std::make_unique<Complaints>(options_.say)) {}

Result<std::unique_ptr<H2Links>> H2Links::Start(LoopPool& loops, H2LinksOptions options) {
  std::unique_ptr<H2Links> links(new H2Links(loops, std::move(options)));
  const TlsFiles& files = links->options_.security.tls;
  if (files.dials()) {
    auto tls = TlsContext::Of(TlsContext::Side::kClient, files);
    if (!tls) return tl::unexpected<Error>(std::move(tls.error()));
    links->tls_ = *std::move(tls);
    WaitFor(loops.loop(0), [&] {
      links->follower_ =
          std::make_unique<TlsFollower>(loops.loop(0), *links->tls_, *links->complaints_);
    });
  }
  links->share_.reset(new LinkShare{links->options_.limits, links->options_.patience,
                                    links->authorization_, links->tls_.get(), files.name,
                                    links->resolver_});
  return links;
}

H2Links::~H2Links() {
  resolver_.Stop();  // from here on it posts nothing
  if (follower_ != nullptr) WaitFor(loops_.loop(0), [this] { follower_.reset(); });
  OnEach([](H2Link& link) { link.Close(); });
}

Link& H2Links::To(const std::string& address) {
  const MutexLock lock(mutex_);
  std::unique_ptr<Peer>& peer = by_address_[address];
  if (peer == nullptr) {
    peer = std::make_unique<Peer>(*share_, loops_, options_.connections_per_peer, address);
  }
  return *peer;
}

// Peers are never taken away, so that they can be looked at without the lock.
void H2Links::OnEach(const std::function<void(H2Link&)>& act) {
  std::vector<H2Link*> links;
  {
    const MutexLock lock(mutex_);
    for (const auto& [address, peer] : by_address_) {
      for (const auto& link : peer->links()) links.push_back(link.get());
    }
  }
  for (H2Link* const link : links) {
    WaitFor(link->loop(), [&] { act(*link); });
  }
}

H2ClientCounters H2Links::counters() {
  H2ClientCounters sum;
  OnEach([&](H2Link& link) { Add(sum, link.counters()); });
  return sum;
}

LinkCounts H2Links::counts() {
  LinkCounts sum;
  OnEach([&](H2Link& link) { sum += link.counts(); });
  return sum;
}

}  // namespace ringlab
