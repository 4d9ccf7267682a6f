#include "node/etcd/calls.h"

#include <grpcpp/grpcpp.h>

#include <deque>
#include <utility>

#include "core/base/check.h"
#include "node/grpc/bytes.h"

namespace ringlab {

namespace {

Error ErrorOf(const grpc::Status& status) {
  if (status.ok()) return {Code::kUnavailable, "it ended the stream"};
  return {static_cast<Code>(status.error_code()), status.error_message()};
}

void Prepare(grpc::ClientContext& context, const EtcdCallOptions& options) {
  if (!options.token.empty()) context.AddMetadata("token", options.token);
}

}  // namespace

bool EtcdCalls::Enter(Call* call) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return false;
  under_way_.insert(call);
  return true;
}

// The end of a call comes in two steps, as GrpcCalls': first nobody cancels it any more, then
// nothing of it is left, nor of its hold on a channel.
void EtcdCalls::Leave(std::unique_ptr<Call> call) {
  {
    const std::lock_guard lock(mutex_);
    under_way_.erase(call.get());
    ++leaving_;
  }
  call.reset();
  const std::lock_guard lock(mutex_);
  --leaving_;
  if (stopped_) idle_.notify_all();
}

void EtcdCalls::Stop() {
  std::unique_lock lock(mutex_);
  stopped_ = true;
  for (Call* call : under_way_) call->Cancel();  // never calls back: gRPC's threads do
  idle_.wait(lock, [this] { return under_way_.empty() && leaving_ == 0; });
}

// One question, one answer.
class EtcdCalls::Unary final : public Call, public grpc::ClientUnaryReactor {
 public:
  Unary(EtcdCalls& calls, std::string request, Duration timeout,
        Function<void(Result<std::string>)> done)
      : calls_(calls), request_(ToByteBuffer(std::move(request))), done_(std::move(done)) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count();
    context_.set_deadline(
        gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(ms, GPR_TIMESPAN)));
  }

  void Start(const EtcdCallOptions& options) {
    Prepare(context_, options);
    options.stub.PrepareUnaryCall(&context_, std::string(options.path), grpc::StubOptions(),
                                  &request_, &response_, this);
    StartCall();
  }

  void Cancel() override { context_.TryCancel(); }

 private:
  void OnDone(const grpc::Status& status) override {
    Result<std::string> result;
    if (status.ok()) {
      result = std::string(ContiguousBytes(response_).view());
    } else {
      result = tl::unexpected<Error>(ErrorOf(status));
    }
    calls_.Post([done = std::move(done_), result = std::move(result)]() mutable {
      done(std::move(result));
    });
    calls_.Leave(std::unique_ptr<Call>(this));
  }

  EtcdCalls& calls_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  Function<void(Result<std::string>)> done_;
};

void EtcdCalls::Ask(const EtcdCallOptions& options, std::string request, Duration timeout,
                    Function<void(Result<std::string>)> done) {
  auto call = std::make_unique<Unary>(*this, std::move(request), timeout, std::move(done));
  if (!Enter(call.get())) return;  // stopped, and home with it
  call.release()->Start(options);
}

// What a stream and its user know of each other; of home's thread alone, and of Stop after it.
struct EtcdCalls::Link {
  Function<void(const std::string&)> message;
  Function<void(Error)> end;
  Stream* stream = nullptr;  // null as soon as it may be gone
  bool closed = false;       // the user wants to hear no more
};

// The call. Writes are begun at home, or by the end of the write before; gRPC keeps the call for
// the former as long as there is a hold on it, which is let go of once, at home or by Stop.
class EtcdCalls::Stream final : public Call,
                                public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Stream(EtcdCalls& calls, std::shared_ptr<Link> link) : calls_(calls), link_(std::move(link)) {
    link_->stream = this;
  }

  void Start(const EtcdCallOptions& options) {
    Prepare(context_, options);
    context_.AddMetadata("hasleader", "true");
    options.stub.PrepareBidiStreamingCall(&context_, std::string(options.path), grpc::StubOptions(),
                                          this);
    AddHold();
    StartRead(&incoming_);
    StartCall();
  }

  // Like what follows, at home, and before LetGo.
  void Write(std::string bytes) {
    constexpr std::size_t kPendingMax = 16;
    {
      const std::lock_guard lock(mutex_);
      if (pending_.size() >= kPendingMax) return;  // the peer does not read; it will be given up
      pending_.push_back(std::move(bytes));
      if (std::exchange(writing_, true)) return;
    }
    WriteNext();
  }

  // From here on it may be gone.
  void LetGo() {
    if (std::exchange(link_->stream, nullptr) != nullptr) RemoveHold();
  }

  void Cancel() override {
    context_.TryCancel();
    LetGo();
  }

 private:
  void WriteNext() {
    {
      const std::lock_guard lock(mutex_);
      writing_ = !pending_.empty();
      if (!writing_) return;
      outgoing_ = ToByteBuffer(std::move(pending_.front()));
      pending_.pop_front();
    }
    StartWrite(&outgoing_);
  }

  void OnWriteDone(bool ok) override {
    if (ok) WriteNext();  // otherwise the reads end as well
  }

  void OnReadDone(bool ok) override;

  void OnDone(const grpc::Status& status) override {
    calls_.Post([link = link_, error = ErrorOf(status)]() mutable {
      if (!std::exchange(link->closed, true)) link->end(std::move(error));
    });
    calls_.Leave(std::unique_ptr<Call>(this));
  }

  EtcdCalls& calls_;
  grpc::ClientContext context_;
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;
  const std::shared_ptr<Link> link_;
  std::mutex mutex_;  // standard, as the others here
  std::deque<std::string> pending_;
  bool writing_ = false;
};

void EtcdCalls::Stream::OnReadDone(bool ok) {
  if (ok) {
    calls_.Post([link = link_, bytes = std::string(ContiguousBytes(incoming_).view())] {
      if (!link->closed) link->message(bytes);
    });
    incoming_.Clear();
    return StartRead(&incoming_);
  }
  calls_.Post([link = link_] {
    if (link->stream != nullptr) link->stream->LetGo();  // and then OnDone
  });
}

// What its user holds.
class EtcdCalls::Handle final : public EtcdByteStream {
 public:
  explicit Handle(std::shared_ptr<Link> link) : link_(std::move(link)) {}
  ~Handle() override { Close(); }

  void Send(std::string bytes) override {
    if (link_->stream != nullptr) link_->stream->Write(std::move(bytes));
  }
  void Close() override {
    link_->closed = true;
    if (link_->stream != nullptr) link_->stream->Cancel();
  }

 private:
  const std::shared_ptr<Link> link_;
};

std::shared_ptr<EtcdByteStream> EtcdCalls::Open(const EtcdCallOptions& options, std::string first,
                                                Function<void(const std::string&)> message,
                                                Function<void(Error)> end) {
  auto link = std::make_shared<Link>();
  link->message = std::move(message);
  link->end = std::move(end);
  auto stream = std::make_unique<Stream>(*this, link);
  if (Enter(stream.get())) {
    Stream* const started = stream.release();
    started->Start(options);
    started->Write(std::move(first));
  } else {
    link->stream = nullptr;
  }
  return std::make_shared<Handle>(std::move(link));
}

}  // namespace ringlab
