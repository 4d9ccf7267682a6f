// HttpClient: HTTP/1.1 GETs on libcurl's multi interface: one thread, persistent connections, a
// deadline for each call.
//
// Thread-safe. Callbacks run on its thread, which starts with the first call, or on the caller's
// when a call cannot begin. Redirects are answers like others, and proxies are not asked.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/function.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace ringlab {

struct HttpClientOptions {
  std::size_t calls_max = 4096;        // under way; more are kResourceExhausted
  long connections_per_host_max = 32;  // calls beyond wait for one
  long connections_max = 256;          // altogether
  std::size_t reply_bytes_max = std::size_t{1} << 30;
  Duration connect_patience = std::chrono::seconds(1);
};

struct HttpCall {
  std::string url;
  std::vector<std::string> fields = {};  // "Name: value"
  TimePoint deadline = kNever;
};

struct HttpAnswer {
  long status = 0;
  std::string body;
  std::string code;  // the header field kCodeField; empty when there is none
};

class HttpClient {
 public:
  explicit HttpClient(HttpClientOptions options = {});

  // Stop.
  ~HttpClient();

  // `done` runs exactly once: any answer of the server is one; kUnavailable when none comes,
  // kDeadlineExceeded when none comes in time, kInternal when it is larger than allowed.
  void Get(HttpCall call, Function<void(Result<HttpAnswer>)> done);

  // Ends every call, present and future, with kUnavailable. Does not wait for the callbacks.
  void Cancel();

  // Cancel, and then blocks until the last callback has returned; so never from one.
  void Stop();

 private:
  class Loop;

  const std::unique_ptr<Loop> loop_;
};

}  // namespace ringlab
