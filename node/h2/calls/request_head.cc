#include "node/h2/calls/request_head.h"

#include <utility>

#include "node/h2/frames/timeout.h"
#include "node/h2/frames/words.h"
#include "node/security/same_token.h"
#include "node/wire/method_table.h"

namespace ringlab {

namespace {

constexpr int kOk = 200;

}  // namespace

void RequestHead::Take(std::string_view name, std::string_view value, const Rules& rules) {
  switch (name.size()) {
    case h2::kPath.size():
      if (name != h2::kPath) break;
      row_ = rules.methods.Find(value);
      if (row_ == nullptr) unknown_path_ = value;
      break;
    case h2::kMethod.size():
      if (name == h2::kMethod) post_ = value == h2::kPost;
      break;
    case h2::kContentType.size():
      if (name == h2::kContentType) grpc_ = h2::IsGrpc(value);
      if (name != h2::kGrpcTimeout) break;
      if (const std::optional<Duration> timeout = ReadTimeout(value)) {
        timeout_ = *timeout;
      } else {
        bad_timeout_ = true;
      }
      break;
    case h2::kGrpcEncoding.size():
      if (name == h2::kGrpcEncoding) encoded_ = value != h2::kIdentity;
      if (name != h2::kAuthorization || rules.authorization.empty()) break;
      authorized_ = authorizations_++ == 0 && SameToken(value, rules.authorization);
      break;
    case std::string_view(kTraceParent).size():
    case std::string_view(kTraceState).size():
      if (name == kTraceParent || name == kTraceState) TakeTrace(name == kTraceParent, value);
      break;
    case std::string_view(kExplainMetadata).size():
      if (name == kExplainMetadata) explain_ = value == "1";
      break;
    default: break;
  }
}

// Several fields of one name are one list, as in HTTP.
void RequestHead::TakeTrace(bool parent, std::string_view value) {
  if (trace_ == nullptr) trace_ = std::make_unique<TraceFields>();
  std::optional<std::string>& list = parent ? trace_->parent : trace_->state;
  if (list) {
    list->append(",").append(value);
  } else {
    list.emplace(value);
  }
}

std::optional<RequestHead::Refusal> RequestHead::WhyNot(const Rules& rules) const {
  if (!post_) return Refusal{405, Code::kInternal, "expected the HTTP method POST"};
  if (!grpc_) return Refusal{415, Code::kInternal, "expected content-type application/grpc"};
  if (row_ == nullptr) {
    return Refusal{kOk, Code::kUnimplemented, "no method \"" + unknown_path_ + "\""};
  }
  if (bad_timeout_) {
    return Refusal{kOk, Code::kInternal, "expected a grpc-timeout of up to 8 digits and a unit"};
  }
  if (row_->method != nullptr && !rules.authorization.empty() && !authorized_) {
    return Refusal{kOk, Code::kUnauthenticated, "expected the token of this cluster as a bearer"};
  }
  return std::nullopt;
}

Trace RequestHead::trace() const {
  if (trace_ == nullptr || !trace_->parent) return nullptr;
  return ReadTrace(*trace_->parent, trace_->state.value_or(""));
}

void RequestHead::Reset() { *this = RequestHead(); }

}  // namespace ringlab
