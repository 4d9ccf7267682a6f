#include "node/h2/calls/response_head.h"

#include <charconv>
#include <chrono>
#include <cstdint>

#include "node/h2/frames/status.h"
#include "node/h2/frames/text.h"
#include "node/h2/frames/words.h"
#include "node/wire/method_table.h"

namespace ringlab {

namespace {

constexpr std::size_t kForeignBytesMax = 200;
constexpr std::int64_t kPushbackMsMax = 86'400'000;  // a day

// Nothing for what is no number of milliseconds; gRPC's "-1", never again, is none either.
std::optional<Duration> ReadPushback(std::string_view text) {
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (ms < 0 || ms > kPushbackMsMax) return std::nullopt;
  return std::chrono::milliseconds(ms);
}

}  // namespace

void ResponseHead::Take(std::string_view name, std::string_view value) {
  if (name == h2::kStatus) {
    std::from_chars(value.data(), value.data() + value.size(), http_status_);
  } else if (name == h2::kContentType) {
    grpc_ = h2::IsGrpc(value);
    content_type_ = value.substr(0, kForeignBytesMax);
  } else if (name == h2::kGrpcStatus) {
    has_status_ = true;
    code_ = ReadStatus(value);
  } else if (name == h2::kGrpcMessage) {
    message_ = DecodedMessageText(value);
  } else if (name == kAnswerMetadata) {
    answer_ = value;
  } else if (name == kPushbackMetadata) {
    retry_after_ = ReadPushback(value);
  }
}

void ResponseHead::EndBlock() {
  if (http_status_ >= 100 && http_status_ < kOk) Reset();
}

void ResponseHead::TakeForeign(std::string_view body) {
  foreign_.append(body.substr(0, kForeignBytesMax - foreign_.size()));
}

std::optional<Error> ResponseHead::WhyNot() const {
  if (has_status_) {
    // Who cancels does not wait for a reply: the server did, while it stopped.
    if (code_ == Code::kCancelled) return Error{Code::kUnavailable, message_};
    return code_ ? std::optional<Error>({*code_, message_}) : std::nullopt;
  }
  std::string why = "HTTP status " + std::to_string(http_status_) + " and no grpc-status";
  if (!grpc_) why += "; " + (content_type_.empty() ? "no content-type" : content_type_);
  if (!foreign_.empty()) why += ": " + foreign_;
  return Error{http_status_ == kOk ? Code::kUnknown : CodeOfHttp(http_status_), why};
}

void ResponseHead::Reset() { *this = ResponseHead(); }

}  // namespace ringlab
