// HttpServer: HTTP/1.1 on RESTinio (with Asio and http_parser): connections, limits and time limits
// under a table of routes. Persistent connections, pipelining one request after the other.
//
// Asynchronous: a request that waits for its answer holds no thread. Thread-safe. Handlers run on
// the server's own threads and must not block; answers may come from any thread.
//
// What it refuses by itself: 400 for what is not HTTP or has two Host fields, 501 for a transfer
// coding but chunked, 413 at once for who waits to be told to go on with too large a body, 431 for
// a header over a megabyte or one of its own limits, 413 for a body and 414 for a target over its
// limit (read to the end, and not kept), silence for who sends or takes too slowly. For a
// connection over the limit the one that has waited for a request for longest is closed; while
// there is none, it waits until another one ends.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "node/http/routes.h"
#include "node/live/said.h"

namespace ringlab {

struct HttpServerOptions {
  std::size_t threads = 1;
  std::size_t connections_max = 1024;
  std::size_t target_bytes_max = std::size_t{256} << 10;
  std::size_t body_bytes_max = std::size_t{4} << 20;

  std::function<void(const Said&)> say = {};  // of connections that had to wait or to go

  // For one request to arrive, from the end of the one before; and for its reply to be taken.
  Duration patience = std::chrono::seconds(30);
};

class HttpServer {
 public:
  // Listens on "host:port"; port 0 lets the system choose. kUnavailable when the address cannot be
  // bound, naming it.
  static Result<std::unique_ptr<HttpServer>> Start(const std::string& listen, HttpRoutes routes,
                                                   const HttpServerOptions& options = {});
  ~HttpServer();

  // "host:port" with the port that is really bound.
  const std::string& address() const;

  // Takes no new connection and answers every accepted request. Those that wait longer than `grace`
  // are told 503; what their handlers say later is dropped. Idempotent; blocks, so never from a
  // handler.
  void Stop(Duration grace);

 private:
  class Engine;
  class Exchange;
  struct Ledger;

  explicit HttpServer(std::unique_ptr<Engine> engine);

  const std::unique_ptr<Engine> engine_;
};

}  // namespace ringlab
