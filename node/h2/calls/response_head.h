// ResponseHead: what the header fields of a reply say, those before its message and those after.
//
// A server that speaks gRPC gives a status; for others one is made up (node/h2/frames/status.h).
// Not thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"

namespace ringlab {

class ResponseHead {
 public:
  void Take(std::string_view name, std::string_view value);

  // The end of a header block; one of an interim response (1xx) is forgotten.
  void EndBlock();

  // Whether the body is gRPC's; of another one the first bytes are kept for the message.
  bool is_grpc() const { return grpc_ && http_status_ == kOk; }
  void TakeForeign(std::string_view body);

  // Once the stream has ended: the error that it ended with. Nothing for OK.
  std::optional<Error> WhyNot() const;

  std::string_view answer() const { return answer_; }
  std::optional<Duration> retry_after() const { return retry_after_; }

  void Reset();

 private:
  static constexpr int kOk = 200;

  int http_status_ = 0;
  bool grpc_ = false;
  bool has_status_ = false;
  std::optional<Code> code_;
  std::string message_;
  std::string answer_;
  std::optional<Duration> retry_after_;
  std::string content_type_;
  std::string foreign_;  // the first bytes of a body that is not gRPC's
};

}  // namespace ringlab
