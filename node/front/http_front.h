// HttpFront: a node over HTTP: the cache's rows and those that tell of it, on one server.
//
// Thread-safe; asynchronous as the server is. The node must outlive it. No TLS: who reaches the
// address and knows the token, if there is one, may read, write and add peers; so it is off unless
// asked for, and loopback is the place for it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "node/front/status_routes.h"
#include "node/http/server.h"
#include "node/node.h"
#include "node/wire/request_log.h"

namespace CLI {
class App;
}

namespace ringlab {

struct HttpFrontOptions {
  std::string listen;  // "host:port"; empty: no HTTP
  std::string token;   // asked of every request but /healthz and /readyz; "" for none
  std::vector<std::string> hosts = {};  // by which the node may be called: see node/http/hosts.h
  HttpServerOptions server;
  RequestLog log = {};  // told of every request; empty for none
};

// Declares --http and the flags beside it. `options` must outlive the parsing.
void AddHttpFlags(CLI::App& app, HttpFrontOptions& options);

// Targets and forms may hold any key and value that the groups take, with every byte escaped.
void FitLimits(const GroupOptions& group, HttpServerOptions& server);

class HttpFront {
 public:
  // Errors as HttpServer's.
  static Result<std::unique_ptr<HttpFront>> Start(const HttpFrontOptions& options, Node& node,
                                                  StatusCalls calls);

  const std::string& address() const { return server_->address(); }

  // As HttpServer's; before the node stops, because what it has accepted waits for the node.
  void Stop(Duration grace) { server_->Stop(grace); }

 private:
  explicit HttpFront(std::unique_ptr<HttpServer> server) : server_(std::move(server)) {}

  const std::unique_ptr<HttpServer> server_;
};

}  // namespace ringlab
