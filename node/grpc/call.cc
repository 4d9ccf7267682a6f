#include "node/grpc/call.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <utility>

#include "node/grpc/bytes.h"
#include "node/grpc/codes.h"
#include "node/live/timer_thread.h"

namespace ringlab {

// Owns itself from Start to OnDone.
class GrpcCall final : public grpc::ClientUnaryReactor {
 public:
  GrpcCall(GrpcCalls& calls, OutgoingCall call, BytesCallback done)
      : calls_(calls),
        times_(call.times),
        path_(call.path),
        done_(std::move(done)),
        request_(ToByteBuffer(std::move(call.request))) {
    if (call.trace) {
      context_.AddMetadata(kTraceParent, call.trace->parent);
      if (!call.trace->state.empty()) context_.AddMetadata(kTraceState, call.trace->state);
    }
    if (call.deadline == kNever) return;
    const auto since = call.deadline.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
    // gRPC's monotonic clock is the steady clock that our time line counts by.
    context_.set_deadline(gpr_timespec{seconds.count(),
                                       static_cast<std::int32_t>((since - seconds).count()),
                                       GPR_CLOCK_MONOTONIC});
  }

  void Start(grpc::GenericStub& stub, const std::string& authorization) {
    if (!calls_.Enter(this)) {
      done_(Fail(Code::kUnavailable, "the links are ending"));
      delete this;
      return;
    }
    if (!authorization.empty()) context_.AddMetadata("authorization", authorization);
    stub.PrepareUnaryCall(&context_, path_, grpc::StubOptions(), &request_, &response_, this);
    // What gRPC does with it from here on, it does not tell: this is when it was given away.
    if (times_ != nullptr) times_->sent = TimerThread::SteadyNow();
    StartCall();
  }

  void Cancel() {
    cancelled_.store(true);
    context_.TryCancel();
  }

 private:
  void OnDone(const grpc::Status& status) override {
    if (times_ != nullptr) times_->done = TimerThread::SteadyNow();
    if (!status.ok()) {
      done_(Fail(CodeOfEnd(status), status.error_message()));
    } else if (!response_.Valid()) {
      done_(Fail(Code::kInternal, "the reply was cut"));
    } else {
      const ContiguousBytes bytes(response_);
      done_(bytes.view());
    }
    GrpcCalls& calls = calls_;
    calls.Retire(this);
    delete this;  // before anybody may believe this call to be over
    calls.Leave();
  }

  // A call that nobody cancelled here, and that a server ends so, met it while it stopped: it was
  // not taken.
  Code CodeOfEnd(const grpc::Status& status) const {
    const bool cut = status.error_code() == grpc::CANCELLED && !cancelled_.load();
    return cut ? Code::kUnavailable : CodeOf(status.error_code());
  }

  GrpcCalls& calls_;
  CallTimes* const times_;
  const std::string path_;
  std::atomic<bool> cancelled_{false};
  BytesCallback done_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

bool GrpcCalls::Enter(GrpcCall* call) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return false;
  under_way_.insert(call);
  return true;
}

void GrpcCalls::Retire(GrpcCall* call) {
  const std::lock_guard lock(mutex_);
  under_way_.erase(call);
  ++leaving_;
}

void GrpcCalls::Leave() {
  const std::lock_guard lock(mutex_);
  --leaving_;
  if (stopped_ && under_way_.empty() && leaving_ == 0) idle_.notify_all();
}

void GrpcCalls::CancelAll() {
  std::unique_lock lock(mutex_);
  stopped_ = true;
  for (GrpcCall* call : under_way_) call->Cancel();  // never calls back: gRPC's threads do
  idle_.wait(lock, [this] { return under_way_.empty() && leaving_ == 0; });
}

void StartGrpcCall(GrpcCalls& calls, grpc::GenericStub& stub, OutgoingCall call,
                   const std::string& authorization, BytesCallback done) {
  auto* const started = new GrpcCall(calls, std::move(call), std::move(done));
  started->Start(stub, authorization);
}

}  // namespace ringlab
