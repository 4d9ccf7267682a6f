// EchoServer: an HTTP server for tests of it.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "node/http/server.h"
#include "tests/node/http/raw_http.h"

namespace ringlab {

// A server that echoes at once, or keeps its callbacks until it is told to answer.
class EchoServer {
 public:
  explicit EchoServer(HttpServerOptions options = {}) {
    server_ = *HttpServer::Start(
        "127.0.0.1:0",
        HttpRoutes({{.method = "GET", .path = "/echo/", .about = "echoes", .handler = Echo},
                    {.method = "POST", .path = "/size", .about = "counts", .handler = Size},
                    {.method = "GET",
                     .path = "/hold",
                     .about = "waits",
                     .handler =
                         [this](const HttpRequest&, HttpReplyCallback done) {
                           const std::lock_guard lock(mutex_);
                           held_.push_back(std::move(done));
                         }}}),
        options);
  }

  HttpServer& server() { return *server_; }
  const std::string& address() const { return server_->address(); }
  std::string url(const std::string& path) const { return "http://" + address() + path; }

  void AwaitHeld(std::size_t count) {
    while (true) {
      {
        const std::lock_guard lock(mutex_);
        if (held_.size() >= count) return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  void AnswerHeld() {
    std::vector<HttpReplyCallback> held;
    {
      const std::lock_guard lock(mutex_);
      held.swap(held_);
    }
    for (HttpReplyCallback& done : held) done(TextReply(200, "at last"));
  }

 private:
  static void Echo(const HttpRequest& request, HttpReplyCallback done) {
    done(TextReply(200, std::string(request.method) + ' ' + std::string(request.path) + ' ' +
                            std::string(request.query) + ' ' +
                            std::string(request.field("x-one"))));
  }
  static void Size(const HttpRequest& request, HttpReplyCallback done) {
    done(TextReply(200, std::to_string(request.body.size())));
  }

  std::mutex mutex_;
  std::vector<HttpReplyCallback> held_;
  std::unique_ptr<HttpServer> server_;  // ends first
};

inline std::string Request(const std::string& line, const std::string& rest = "\r\n") {
  return line + " HTTP/1.1\r\nHost: h\r\n" + rest;
}

inline std::string StatusLine(RawHttp& client) { return client.Read("\r\n"); }

}  // namespace ringlab
