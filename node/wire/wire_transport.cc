#include "node/wire/wire_transport.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "core/base/check.h"
#include "core/base/recycled.h"
#include "core/base/stripe.h"
#include "node/wire/wire.h"

namespace ringlab {

namespace {

constexpr std::string_view kGetPath = "/groupcachepb.GroupCache/Get";
constexpr std::string_view kGetManyPath = "/groupcachepb.GroupCache/GetMany";
constexpr std::string_view kPeekPath = "/groupcachepb.GroupCache/Peek";
constexpr std::string_view kSetPath = "/groupcachepb.GroupCache/Set";
constexpr std::string_view kRemovePath = "/groupcachepb.GroupCache/Remove";
constexpr std::string_view kAnnouncePath = "/groupcachepb.GroupCache/Announce";
constexpr std::string_view kStatsPath = "/groupcachepb.GroupCache/Stats";
static_assert(kGetPath.substr(1, kServiceName.size()) == kServiceName);

tl::unexpected<Error> Stopping() { return Fail(Code::kUnavailable, "the transport is stopping"); }

// A request's bytes, and what it says of the call itself.
template <class Request>
OutgoingCall CallOf(std::string_view path, std::string bytes, const Request& request) {
  return {.path = path,
          .request = std::move(bytes),
          .deadline = request.deadline,
          .trace = request.trace,
          .times = request.times};
}

// A write's reply says nothing but that it came.
auto Acknowledged(WriteCallback&& done) {
  return [done = std::move(done)](Result<std::string_view>&& bytes) mutable {
    if (!bytes) return done(tl::unexpected<Error>(std::move(bytes.error())));
    done({});
  };
}

// What `decode` makes of the bytes, or the error that came in their place. A reply may be larger
// than the memory that is left: that fails its call, and not the node.
template <class Decode>
auto DecodedOr(Result<std::string_view>&& bytes, Decode decode) -> decltype(decode(*bytes)) {
  if (!bytes) return tl::unexpected<Error>(std::move(bytes.error()));
  try {
    return decode(*bytes);
  } catch (const std::bad_alloc&) {
    return Fail(Code::kResourceExhausted,
                "no memory for a reply of " + std::to_string(bytes->size()) + " bytes");
  }
}

template <class Callback, class Decode>
auto Decoded(Callback&& done, Decode decode) {
  return [done = std::move(done), decode](Result<std::string_view>&& bytes) mutable {
    done(DecodedOr(std::move(bytes), decode));
  };
}

}  // namespace

// A call under way. Its link answers it once, and frees it; Cancel may answer it before, and then
// the link's answer finds it answered, and who comes second frees it.
class WireTransport::Call {
 public:
  virtual ~Call() = default;

  // Once, by whoever was the first to Take it. Nothing of the callback is left afterwards.
  virtual void Answer(Result<std::string_view>&& bytes) = 0;

  bool Take() { return !taken_.exchange(true, std::memory_order_acq_rel); }
  // Of one that Cancel took, by Cancel and by the link.
  void Release() {
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  // Tells the caller when it was on the wire; the link has filled in `times`.
  void TellTimes() {
    if (told_ != nullptr) *told_ = times_;
  }
  CallTimes* times() { return told_ == nullptr ? nullptr : &times_; }
  void TellTo(CallTimes* caller) { told_ = caller; }

  // The list of its stripe's.
  Call* before = nullptr;
  Call* after = nullptr;
  std::size_t stripe = 0;

 private:
  std::atomic<bool> taken_{false};
  std::atomic<int> owners_{2};  // the link, and the list
  CallTimes times_;             // the link's to write, which may outlive the caller's interest
  CallTimes* told_ = nullptr;
};

// The calls under way, so that Cancel can end and Stop await them. In stripes, so that threads
// which call at the same time share no lock.
class WireTransport::Calls {
 public:
  // False when stopped: the call must not start.
  bool Enter(Call& call) {
    call.stripe = ThreadStripe(kStripes);
    Stripe& stripe = stripes_[call.stripe];
    const std::lock_guard lock(stripe.mutex);
    if (stripe.stopped) return false;
    call.after = stripe.first;
    if (call.after != nullptr) call.after->before = &call;
    stripe.first = &call;
    return true;
  }

  // It is answered, and its callback has returned. Nobody finds it here any more.
  void Leave(Call& call) {
    Stripe& stripe = stripes_[call.stripe];
    const std::lock_guard lock(stripe.mutex);
    (call.before != nullptr ? call.before->after : stripe.first) = call.after;
    if (call.after != nullptr) call.after->before = call.before;
    if (stripe.stopped && stripe.first == nullptr) stripe.idle.notify_all();
  }

  void CancelAll() {
    for (Stripe& stripe : stripes_) {
      for (Call* const call : TakeAll(stripe)) {
        call->Answer(Stopping());
        Leave(*call);
        call->Release();
      }
    }
  }

  void AwaitAll() {
    for (Stripe& stripe : stripes_) {
      std::unique_lock lock(stripe.mutex);
      stripe.idle.wait(lock, [&] { return stripe.first == nullptr; });
    }
  }

 private:
  struct alignas(64) Stripe {
    std::mutex mutex;  // standard: the condition variable wants it
    std::condition_variable idle;
    Call* first = nullptr;
    bool stopped = false;
  };

  static std::vector<Call*> TakeAll(Stripe& stripe) {
    std::vector<Call*> taken;
    const std::lock_guard lock(stripe.mutex);
    stripe.stopped = true;
    for (Call* call = stripe.first; call != nullptr; call = call->after) {
      if (call->Take()) taken.push_back(call);
    }
    return taken;
  }

  static constexpr std::size_t kStripes = 8;
  std::array<Stripe, kStripes> stripes_;
};

std::shared_ptr<const PeerBook> BookOf(Links& links, const std::vector<Peer>& peers) {
  auto book = std::make_shared<PeerBook>();
  for (const Peer& peer : peers) book->emplace(peer.name, &links.To(peer.address));
  return book;
}

WireTransport::WireTransport(std::shared_ptr<Links> links)
    : links_(std::move(links)),
      book_(std::make_shared<const PeerBook>()),
      calls_(std::make_unique<Calls>()) {}

WireTransport::~WireTransport() { Stop(); }

void WireTransport::SetPeers(const std::vector<Peer>& peers) { SetPeers(BookOf(*links_, peers)); }

void WireTransport::SetPeers(std::shared_ptr<const PeerBook> book) {
  MutexLock lock(mutex_);
  book_.swap(book);  // the old one ends outside the lock
}

template <class Done>
void WireTransport::Start(std::string_view to, OutgoingCall&& outgoing, Done done) {
  class Waiting final : public Call, public Recycled<Waiting> {
   public:
    explicit Waiting(Done&& callback) : done_(std::move(callback)) {}
    void Answer(Result<std::string_view>&& bytes) override {
      (*done_)(std::move(bytes));
      done_.reset();
    }

   private:
    std::optional<Done> done_;
  };

  Link* const link = Find(to);
  if (link == nullptr) {
    return done(Fail(Code::kUnavailable, "no peer is named \"" + std::string(to) + "\""));
  }
  Calls& calls = *calls_;
  auto waiting = std::make_unique<Waiting>(std::move(done));
  if (!calls.Enter(*waiting)) return waiting->Answer(Stopping());
  Call* const call = waiting.release();
  call->TellTo(outgoing.times);
  outgoing.times = call->times();
  link->Call(std::move(outgoing), [&calls, call](Result<std::string_view>&& bytes) {
    if (!call->Take()) return call->Release();
    call->TellTimes();
    call->Answer(std::move(bytes));
    calls.Leave(*call);
    delete call;
  });
}

void WireTransport::Get(std::string_view to, const GetRequest& request, GetCallback done) {
  Start(to, CallOf(kGetPath, EncodeGetRequest(request), request),
        Decoded(std::move(done), &DecodeGetReply));
}

void WireTransport::GetMany(std::string_view to, const GetManyRequest& request,
                            GetManyCallback done) {
  const std::size_t keys = request.keys.size();
  Start(to, CallOf(kGetManyPath, EncodeGetManyRequest(request), request),
        [keys, done = std::move(done)](Result<std::string_view>&& bytes) mutable {
          auto replies = DecodedOr(std::move(bytes), [keys](std::string_view reply) {
            return DecodeGetManyReply(reply, keys);
          });
          if (replies) return done(*std::move(replies));
          done(std::vector<Result<GetReply>>(keys, tl::unexpected<Error>(replies.error())));
        });
}

void WireTransport::Peek(std::string_view to, const GetRequest& request, PeekCallback done) {
  Start(to, CallOf(kPeekPath, EncodeGetRequest(request), request),
        Decoded(std::move(done), &DecodePeekReply));
}

void WireTransport::Set(std::string_view to, const SetRequest& request, WriteCallback done) {
  Start(to, CallOf(kSetPath, EncodeSetRequest(request), request), Acknowledged(std::move(done)));
}

void WireTransport::Remove(std::string_view to, const RemoveRequest& request, WriteCallback done) {
  Start(to, CallOf(kRemovePath, EncodeRemoveRequest(request), request),
        Acknowledged(std::move(done)));
}

void WireTransport::Announce(std::string_view to, const Announcement& announcement,
                             TimePoint deadline, WriteCallback done) {
  Start(to,
        {.path = kAnnouncePath, .request = EncodeAnnouncement(announcement), .deadline = deadline},
        Acknowledged(std::move(done)));
}

void WireTransport::Stats(std::string_view to, TimePoint deadline,
                          Function<void(Result<NodeStats>)> done) {
  Start(to, {.path = kStatsPath, .request = "", .deadline = deadline},
        Decoded(std::move(done), &DecodeStats));
}

void WireTransport::ConnectNow(std::string_view to) {
  if (Link* const link = Find(to)) link->ConnectNow();
}

void WireTransport::Cancel() { calls_->CancelAll(); }

void WireTransport::Stop() {
  calls_->CancelAll();
  calls_->AwaitAll();
}

Link* WireTransport::Find(std::string_view name) const {
  MutexLock lock(mutex_);
  const auto found = book_->find(name);
  return found == book_->end() ? nullptr : found->second;
}

}  // namespace ringlab
