// Answering: the way of a handler's answer to its caller, for the server on grpc++ alone. Each is
// used once, on any thread.
#pragma once

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "node/grpc/bytes.h"
#include "node/grpc/codes.h"
#include "node/wire/method_table.h"

namespace ringlab {

// A status message travels in an HTTP/2 trailer, for which peers reserve 8 KiB and in which a byte
// may take three. A key is as long as its caller likes, and errors name it: better a cut message
// than another code.
inline constexpr std::size_t kMessageBytesMax = 1024;

inline std::string Trimmed(const std::string& message) {
  return message.size() <= kMessageBytesMax ? message : message.substr(0, kMessageBytesMax) + "...";
}

// At least one: 0 would say "at once".
inline std::string Milliseconds(Duration duration) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  return std::to_string(std::max<std::int64_t>(ms, 1));
}

// The `done` that a handler gets. One that is dropped uncalled, by a handler that throws, answers
// all the same.
class Answering {
 public:
  Answering(grpc::ServerUnaryReactor* reactor, grpc::CallbackServerContext* context,
            grpc::ByteBuffer* response, std::atomic<std::int64_t>& at_work)
      : reactor_(reactor), context_(context), response_(response), at_work_(&at_work) {
    at_work.fetch_add(1, std::memory_order_relaxed);
  }
  Answering(Answering&& other) noexcept
      : reactor_(std::exchange(other.reactor_, nullptr)),
        context_(other.context_),
        response_(other.response_),
        at_work_(other.at_work_) {}
  Answering& operator=(Answering&&) = delete;
  ~Answering() {
    if (reactor_ != nullptr) {
      (*this)(Fail(Code::kInternal, "the handler ended without an answer"));
    }
  }

  void operator()(MethodReply reply) {
    grpc::ServerUnaryReactor* const reactor = std::exchange(reactor_, nullptr);
    if (!reply.answer.empty()) context_->AddTrailingMetadata(kAnswerMetadata, reply.answer);
    if (reply.retry_after) {
      context_->AddTrailingMetadata(kPushbackMetadata, Milliseconds(*reply.retry_after));
    }
    // First: after Finish the server may be gone.
    at_work_->fetch_sub(1, std::memory_order_release);
    if (reply.body) {
      *response_ = ToByteBuffer(*std::move(reply.body));
      reactor->Finish(grpc::Status::OK);
    } else {
      const Error& error = reply.body.error();
      reactor->Finish(grpc::Status(StatusCodeOf(error.code), Trimmed(error.message)));
    }
  }

 private:
  grpc::ServerUnaryReactor* reactor_;  // null once it has answered
  grpc::CallbackServerContext* context_;
  grpc::ByteBuffer* response_;
  std::atomic<std::int64_t>* at_work_;
};

}  // namespace ringlab
