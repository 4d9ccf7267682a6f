// RequestHead: what the header fields of a request say, and why it may not be served.
//
// Any order of fields is taken (grpc-js sends its own in the middle). What HTTP/2 itself demands,
// such as a path and an authority, libnghttp2 has checked. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/trace.h"
#include "node/h2/calls/method_index.h"

namespace ringlab {

class RequestHead {
 public:
  // The table to find the path in, and what is asked of who calls its methods; "" for nothing.
  struct Rules {
    const MethodIndex& methods;
    std::string_view authorization;
  };
  void Take(std::string_view name, std::string_view value, const Rules& rules);

  // Once complete: why not. An HTTP status other than 200 says that no gRPC was spoken.
  struct Refusal {
    int http_status;
    Code code;
    std::string message;
  };
  std::optional<Refusal> WhyNot(const Rules& rules) const;

  const MethodRow* row() const { return row_; }
  Duration timeout() const { return timeout_; }  // Duration::max(): none
  // The call's messages may be compressed, which we do not undo.
  bool encoded() const { return encoded_; }
  // It asks for the answer as trailing metadata (kExplainMetadata).
  bool explain() const { return explain_; }
  Trace trace() const;

  void Reset();

 private:
  // Few requests have a trace.
  struct TraceFields {
    std::optional<std::string> parent;
    std::optional<std::string> state;
  };

  void TakeTrace(bool parent, std::string_view value);

  const MethodRow* row_ = nullptr;
  Duration timeout_ = Duration::max();
  bool post_ = false;
  bool grpc_ = false;
  bool bad_timeout_ = false;
  bool encoded_ = false;
  bool explain_ = false;
  bool authorized_ = false;
  std::uint8_t authorizations_ = 0;
  std::string unknown_path_;
  std::unique_ptr<TraceFields> trace_;
};

}  // namespace ringlab
