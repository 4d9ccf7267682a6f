// LiveServer: a LiveBoard over HTTP: GET / is a page that follows the run, /events what it is drawn
// from, /metrics for Prometheus.
//
// An event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html) of one event a
// reply: the browser comes back for the next by itself, saying which it had (Last-Event-ID), and
// waits until there is one. So a reader who does not read costs a connection and nothing else.
// Reads alone, so it asks for no token: it tells what the report of the run says, and no value.
#pragma once

#include <memory>
#include <string>

#include "core/base/result.h"
#include "loadgen/live/board.h"

namespace ringlab {

class HttpServer;

struct LiveServerOptions {
  std::string listen;        // "host:port"
  bool shows_page = false;   // / and /events
  bool has_metrics = false;  // /metrics
  std::string page = {};     // the page's markup
};

class LiveServer {
 public:
  // The board must outlive it. kUnavailable when the address cannot be bound, naming it.
  static Result<std::unique_ptr<LiveServer>> Start(const LiveServerOptions& options,
                                                   LiveBoard& board);
  ~LiveServer();

  const std::string& address() const;  // with the port that is really bound

 private:
  explicit LiveServer(std::unique_ptr<HttpServer> http);

  const std::unique_ptr<HttpServer> http_;
};

}  // namespace ringlab
