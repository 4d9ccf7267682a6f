#include "node/grpc/transport.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

#include "node/grpc/bytes.h"
#include "node/grpc/peer_channels.h"
#include "node/wire/wire.h"

namespace ringlab {

namespace {

using BytesCallback = Function<void(Result<std::string_view>)>;

std::string PathOf(std::string_view method) {
  return "/" + std::string(kServiceName) + "/" + std::string(method);
}

// A write's reply says nothing but that it came.
BytesCallback Acknowledged(WriteCallback done) {
  return [done = std::move(done)](Result<std::string_view> bytes) mutable {
    if (!bytes) return done(tl::unexpected<Error>(std::move(bytes.error())));
    done({});
  };
}

}  // namespace

// The calls under way, so that Stop can cancel and await them.
class GrpcTransport::Calls {
 public:
  // False when stopped: the call must not start.
  bool Enter(Call* call);

  // The end of a call comes in two steps: from the first on it is not cancelled any more, so that
  // it can be freed; at the second nothing of it is left, neither its callback nor its hold on a
  // channel.
  void Retire(Call* call);
  void Leave();

  void CancelAll();
  void AwaitAll();

 private:
  std::mutex mutex_;  // standard: the condition variable wants it
  std::condition_variable idle_;
  std::set<Call*> under_way_;
  std::size_t leaving_ = 0;  // retired, not yet left
  bool stopped_ = false;
};

// One call, which owns itself from Start to OnDone.
class GrpcTransport::Call final : public grpc::ClientUnaryReactor {
 public:
  Call(Calls& calls, std::string request, TimePoint deadline, BytesCallback done)
      : calls_(calls), done_(std::move(done)), request_(ToByteBuffer(std::move(request))) {
    if (deadline == kNever) return;
    const auto since = deadline.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
    // gRPC's monotonic clock is the steady clock that our time line counts by.
    context_.set_deadline(gpr_timespec{seconds.count(),
                                       static_cast<std::int32_t>((since - seconds).count()),
                                       GPR_CLOCK_MONOTONIC});
  }

  void Start(grpc::GenericStub& stub, std::string_view method, const std::string& authorization,
             const Trace& trace) {
    if (!calls_.Enter(this)) return Fail("the transport is stopping");
    if (!authorization.empty()) context_.AddMetadata("authorization", authorization);
    if (trace) {
      context_.AddMetadata(kTraceParent, trace->parent);
      if (!trace->state.empty()) context_.AddMetadata(kTraceState, trace->state);
    }
    stub.PrepareUnaryCall(&context_, PathOf(method), grpc::StubOptions(), &request_, &response_,
                          this);
    StartCall();
  }

  // Ends a call that was never started.
  void Fail(const std::string& why) {
    done_(ringlab::Fail(Code::kUnavailable, why));
    delete this;
  }

  void Cancel() {
    cancelled_.store(true);
    context_.TryCancel();
  }

 private:
  void OnDone(const grpc::Status& status) override {
    if (status.ok()) {
      const ContiguousBytes bytes(response_);
      done_(bytes.view());
    } else {
      done_(ringlab::Fail(CodeOf(status), status.error_message()));
    }
    Calls& calls = calls_;
    calls.Retire(this);
    delete this;  // before anybody may believe this call to be over
    calls.Leave();
  }

  // A call that nobody cancelled here, and that a server ends so, met it while it stopped: it was
  // not taken.
  Code CodeOf(const grpc::Status& status) const {
    const bool cut = status.error_code() == grpc::CANCELLED && !cancelled_.load();
    return cut ? Code::kUnavailable : static_cast<Code>(status.error_code());
  }

  Calls& calls_;
  std::atomic<bool> cancelled_{false};
  BytesCallback done_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

bool GrpcTransport::Calls::Enter(Call* call) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return false;
  under_way_.insert(call);
  return true;
}

void GrpcTransport::Calls::Retire(Call* call) {
  const std::lock_guard lock(mutex_);
  under_way_.erase(call);
  ++leaving_;
}

void GrpcTransport::Calls::Leave() {
  const std::lock_guard lock(mutex_);
  --leaving_;
  if (stopped_ && under_way_.empty() && leaving_ == 0) idle_.notify_all();
}

void GrpcTransport::Calls::CancelAll() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (Call* call : under_way_) call->Cancel();  // never calls back: gRPC's threads do
}

void GrpcTransport::Calls::AwaitAll() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return under_way_.empty() && leaving_ == 0; });
}

GrpcTransport::GrpcTransport(int connections_per_peer, const Security& security)
    : GrpcTransport(std::make_shared<ChannelPool>(connections_per_peer, security)) {}

GrpcTransport::GrpcTransport(std::shared_ptr<ChannelPool> channels)
    : channels_(std::move(channels)),
      book_(std::make_shared<const PeerBook>()),
      calls_(std::make_unique<Calls>()) {}

GrpcTransport::~GrpcTransport() { Stop(); }

void GrpcTransport::SetPeers(const std::vector<Peer>& peers) { SetPeers(channels_->Book(peers)); }

void GrpcTransport::SetPeers(std::shared_ptr<const PeerBook> book) {
  MutexLock lock(mutex_);
  book_.swap(book);  // the old one ends outside the lock
}

void GrpcTransport::Get(std::string_view to, const GetRequest& request, GetCallback done) {
  Start(to, kGetName, EncodeGetRequest(request), request.deadline, request.trace,
        [done = std::move(done)](Result<std::string_view> bytes) mutable {
          if (!bytes) return done(tl::unexpected<Error>(std::move(bytes.error())));
          done(DecodeGetReply(*bytes));
        });
}

void GrpcTransport::GetMany(std::string_view to, const GetManyRequest& request,
                            GetManyCallback done) {
  const std::size_t keys = request.keys.size();
  Start(to, kGetManyName, EncodeGetManyRequest(request), request.deadline, request.trace,
        [keys, done = std::move(done)](Result<std::string_view> bytes) mutable {
          auto replies = bytes ? DecodeGetManyReply(*bytes, keys)
                               : tl::unexpected<Error>(std::move(bytes.error()));
          if (replies) return done(*std::move(replies));
          done(std::vector<Result<GetReply>>(keys, tl::unexpected<Error>(replies.error())));
        });
}

void GrpcTransport::Peek(std::string_view to, const GetRequest& request, PeekCallback done) {
  Start(to, kPeekName, EncodeGetRequest(request), request.deadline, request.trace,
        [done = std::move(done)](Result<std::string_view> bytes) mutable {
          if (!bytes) return done(tl::unexpected<Error>(std::move(bytes.error())));
          done(DecodePeekReply(*bytes));
        });
}

void GrpcTransport::Set(std::string_view to, const SetRequest& request, WriteCallback done) {
  Start(to, kSetName, EncodeSetRequest(request), request.deadline, request.trace,
        Acknowledged(std::move(done)));
}

void GrpcTransport::Remove(std::string_view to, const RemoveRequest& request, WriteCallback done) {
  Start(to, kRemoveName, EncodeRemoveRequest(request), request.deadline, request.trace,
        Acknowledged(std::move(done)));
}

void GrpcTransport::Announce(std::string_view to, const Announcement& announcement,
                             TimePoint deadline, WriteCallback done) {
  Start(to, kAnnounceName, EncodeAnnouncement(announcement), deadline, nullptr,
        Acknowledged(std::move(done)));
}

void GrpcTransport::Stats(std::string_view to, TimePoint deadline,
                          Function<void(Result<NodeStats>)> done) {
  Start(to, kStatsName, "", deadline, nullptr,
        [done = std::move(done)](Result<std::string_view> bytes) mutable {
          if (!bytes) return done(tl::unexpected<Error>(std::move(bytes.error())));
          done(DecodeStats(*bytes));
        });
}

void GrpcTransport::ConnectNow(std::string_view to) {
  if (PeerChannels* const channels = Find(to)) channels->ConnectNow();
}

void GrpcTransport::Cancel() { calls_->CancelAll(); }

void GrpcTransport::Stop() {
  calls_->CancelAll();
  calls_->AwaitAll();
}

PeerChannels* GrpcTransport::Find(std::string_view name) const {
  MutexLock lock(mutex_);
  const auto found = book_->find(name);
  return found == book_->end() ? nullptr : found->second;
}

void GrpcTransport::Start(std::string_view to, std::string_view method, std::string request,
                          TimePoint deadline, const Trace& trace, BytesCallback done) {
  PeerChannels* channels = Find(to);
  auto* call = new Call(*calls_, std::move(request), deadline, std::move(done));
  if (channels == nullptr) return call->Fail("no peer is named \"" + std::string(to) + "\"");
  call->Start(channels->Next(), method, channels_->authorization(), trace);
}

}  // namespace ringlab
