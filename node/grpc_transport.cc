#include "node/grpc_transport.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

#include "core/parse.h"
#include "core/sync.h"
#include "node/grpc_bytes.h"
#include "node/grpc_tuning.h"
#include "node/wire.h"

namespace ringlab {

namespace {

using BytesCallback = Function<void(Result<std::string_view>)>;

std::string PathOf(std::string_view method) {
  return "/" + std::string(kServiceName) + "/" + std::string(method);
}

// "HOST:PORT" with a port from 1 to 65535.
bool CanBeDialled(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto port = ParseCount(address.substr(colon + 1));
  return port && *port >= 1 && *port <= 65'535;
}

// A dead peer is tried again soon, so that one that comes back is used within a second or so.
constexpr int kReconnectMinMs = 100;
constexpr int kReconnectMaxMs = 1000;

}  // namespace

Result<std::vector<Peer>> ParsePeers(std::string_view text) {
  std::vector<Peer> peers;
  std::set<std::string> names;
  for (const std::string_view part : SplitAt(text, ',')) {
    const auto [left, right] = SplitOnce(part, '=');
    const bool named = part.find('=') != std::string_view::npos;
    Peer peer{std::string(left), std::string(named ? right : left)};
    if (peer.name.empty() || !CanBeDialled(peer.address)) {
      return Fail(Code::kInvalidArgument,
                  "\"" + std::string(part) +
                      "\": expected HOST:PORT or NAME=HOST:PORT, the port from 1 to 65535");
    }
    if (!names.insert(peer.name).second) {
      return Fail(Code::kInvalidArgument,
                  "the name \"" + peer.name + "\" comes twice; expected each node once");
    }
    peers.push_back(std::move(peer));
  }
  return peers;
}

// The peers by name, and every channel that was ever opened, by address.
class GrpcTransport::Channels {
 public:
  // A peer's connections, used in turn.
  struct Connections {
    std::vector<std::unique_ptr<grpc::GenericStub>> stubs;
    std::atomic<std::size_t> next{0};

    grpc::GenericStub& Next() { return *stubs[next.fetch_add(1) % stubs.size()]; }
  };

  explicit Channels(int connections_per_peer) : connections_per_peer_(connections_per_peer) {}

  void SetPeers(const std::vector<Peer>& peers) {
    MutexLock lock(mutex_);
    by_name_.clear();
    for (const Peer& peer : peers) by_name_.emplace(peer.name, peer.address);
  }

  // Null for a name that is not a peer's. Connections live as long as this object.
  Connections* Find(std::string_view name) {
    MutexLock lock(mutex_);
    const auto peer = by_name_.find(name);
    if (peer == by_name_.end()) return nullptr;
    auto& connections = by_address_[peer->second];
    if (connections == nullptr) connections = Open(peer->second);
    return connections.get();
  }

 private:
  std::unique_ptr<Connections> Open(const std::string& address) const {
    auto connections = std::make_unique<Connections>();
    for (int i = 0; i < connections_per_peer_; ++i) {
      grpc::ChannelArguments arguments;
      arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMinMs);
      arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kReconnectMinMs);
      arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMaxMs);
      arguments.SetMaxReceiveMessageSize(-1);
      // Channels whose arguments differ do not share a connection.
      arguments.SetInt("ringlab.connection", i);
      connections->stubs.push_back(std::make_unique<grpc::GenericStub>(
          grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments)));
    }
    return connections;
  }

  const int connections_per_peer_;
  Mutex mutex_;
  std::map<std::string, std::string, std::less<>> by_name_ RL_GUARDED_BY(mutex_);
  std::map<std::string, std::unique_ptr<Connections>> by_address_ RL_GUARDED_BY(mutex_);
};

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

  void CancelAllAndWait();

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

  void Start(grpc::GenericStub& stub, std::string_view method) {
    if (!calls_.Enter(this)) return Fail("the transport is stopping");
    stub.PrepareUnaryCall(&context_, PathOf(method), grpc::StubOptions(), &request_, &response_,
                          this);
    StartCall();
  }

  // Ends a call that was never started.
  void Fail(const std::string& why) {
    done_(ringlab::Fail(Code::kUnavailable, why));
    delete this;
  }

  void Cancel() { context_.TryCancel(); }

 private:
  void OnDone(const grpc::Status& status) override {
    if (status.ok()) {
      const ContiguousBytes bytes(response_);
      done_(bytes.view());
    } else {
      done_(ringlab::Fail(static_cast<Code>(status.error_code()), status.error_message()));
    }
    Calls& calls = calls_;
    calls.Retire(this);
    delete this;  // before anybody may believe this call to be over
    calls.Leave();
  }

  Calls& calls_;
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

void GrpcTransport::Calls::CancelAllAndWait() {
  std::unique_lock lock(mutex_);
  stopped_ = true;
  for (Call* call : under_way_) call->Cancel();  // never calls back: gRPC's threads do
  idle_.wait(lock, [this] { return under_way_.empty() && leaving_ == 0; });
}

GrpcTransport::GrpcTransport(int connections_per_peer)
    : channels_(std::make_unique<Channels>(connections_per_peer)),
      calls_(std::make_unique<Calls>()) {
  TuneGrpc();
}

GrpcTransport::~GrpcTransport() { Stop(); }

void GrpcTransport::SetPeers(const std::vector<Peer>& peers) { channels_->SetPeers(peers); }

void GrpcTransport::Get(std::string_view to, const GetRequest& request, GetCallback done) {
  Start(to, kGetName, EncodeGetRequest(request), request.deadline,
        [done = std::move(done)](Result<std::string_view> bytes) mutable {
          if (!bytes) return done(tl::unexpected<Error>(std::move(bytes.error())));
          done(DecodeGetReply(*bytes));
        });
}

void GrpcTransport::Stats(std::string_view to, TimePoint deadline,
                          Function<void(Result<NodeStats>)> done) {
  Start(to, kStatsName, "", deadline,
        [done = std::move(done)](Result<std::string_view> bytes) mutable {
          if (!bytes) return done(tl::unexpected<Error>(std::move(bytes.error())));
          done(DecodeStats(*bytes));
        });
}

void GrpcTransport::Stop() { calls_->CancelAllAndWait(); }

void GrpcTransport::Start(std::string_view to, std::string_view method, std::string request,
                          TimePoint deadline, BytesCallback done) {
  Channels::Connections* connections = channels_->Find(to);
  auto* call = new Call(*calls_, std::move(request), deadline, std::move(done));
  if (connections == nullptr) return call->Fail("no peer is named \"" + std::string(to) + "\"");
  call->Start(connections->Next(), method);
}

}  // namespace ringlab
