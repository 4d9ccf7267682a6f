#include "node/h2/calls/server_reply.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "node/h2/frames/status.h"
#include "node/h2/frames/text.h"
#include "node/h2/frames/words.h"
#include "node/wire/method_table.h"

namespace ringlab {

namespace {

constexpr std::size_t kMessageBytesMax = 1024;

// ReplyFields of one reply, on the stack.
class ReplyFields {
 public:
  void Add(const nghttp2_nv& field) { fields_.at(size_++) = field; }
  std::span<const nghttp2_nv> view() const { return {fields_.data(), size_}; }

 private:
  std::array<nghttp2_nv, 8> fields_;
  std::size_t size_ = 0;
};

void AddTail(ReplyFields& fields, const ReplyTail& tail) {
  fields.Add(Field(h2::kGrpcStatus, tail.status));
  if (!tail.message.empty()) fields.Add(FieldOfItsOwn(h2::kGrpcMessage, tail.message));
  if (!tail.answer.empty()) fields.Add(FieldOfItsOwn(kAnswerMetadata, tail.answer));
  if (!tail.pushback_ms.empty()) fields.Add(FieldOfItsOwn(kPushbackMetadata, tail.pushback_ms));
  if (tail.identity_only) fields.Add(Field(h2::kGrpcAcceptEncoding, h2::kIdentity));
}

std::string_view HttpStatus(int status) {
  switch (status) {
    case 405: return "405";
    case 415: return "415";
    default: return "200";
  }
}

}  // namespace

void PutError(ReplyTail& tail, Code code, const std::string& message) {
  tail.status = StatusText(code);
  tail.message = message.size() <= kMessageBytesMax
                     ? EncodedMessageText(message)
                     : EncodedMessageText(message.substr(0, kMessageBytesMax) + "...");
}

std::string PushbackText(Duration retry_after) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(retry_after).count();
  return std::to_string(std::max<std::int64_t>(ms, 1));
}

void SubmitReply(H2Session& session, ServerCall& call) {
  const std::array fields = {Field(h2::kStatus, "200"), Field(h2::kContentType, h2::kGrpc)};
  session.SubmitResponse(call.stream, fields, &call);
}

void SubmitTail(H2Session& session, const ServerCall& call) {
  ReplyFields fields;
  AddTail(fields, call.tail);
  session.SubmitTrailers(call.stream, fields.view());
}

void SubmitTailAlone(H2Session& session, const ServerCall& call, int http_status) {
  ReplyFields fields;
  fields.Add(Field(h2::kStatus, HttpStatus(http_status)));
  // Others than gRPC's clients must not take it for a success.
  if (http_status != 415) fields.Add(Field(h2::kContentType, h2::kGrpc));
  AddTail(fields, call.tail);
  session.SubmitResponseAlone(call.stream, fields.view());
}

}  // namespace ringlab
