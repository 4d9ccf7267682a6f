#include "node/http/server.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "node/http/client.h"
#include "node/live/timer_thread.h"
#include "tests/node/http/raw_http.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

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
      std::this_thread::sleep_for(milliseconds(1));
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

Result<HttpAnswer> Fetch(HttpClient& client, HttpCall call) {
  std::promise<Result<HttpAnswer>> answer;
  client.Get(std::move(call), [&](Result<HttpAnswer> got) { answer.set_value(std::move(got)); });
  return answer.get_future().get();
}

std::string Request(const std::string& line, const std::string& rest = "\r\n") {
  return line + " HTTP/1.1\r\nHost: h\r\n" + rest;
}

std::string StatusLine(RawHttp& client) { return client.Read("\r\n"); }

TEST_CASE("a request is answered, its parts and header fields at hand") {
  EchoServer echo;
  RawHttp client(echo.address());
  client.Send(Request("GET /echo/a%20b?q=1#f", "X-ONE: two\r\n\r\n"));
  REQUIRE(StatusLine(client) == "HTTP/1.1 200 OK\r\n");
  REQUIRE(client.Read("two\n").ends_with("\r\n\r\nGET /echo/a%20b q=1 two\n"));
}

TEST_CASE("pipelined requests are answered in their order, on one connection") {
  EchoServer echo;
  RawHttp client(echo.address());
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += Request("GET /echo/" + std::to_string(i));
  client.Send(requests);
  for (int i = 0; i < 50; ++i) {
    REQUIRE(client.Read("GET /echo/" + std::to_string(i) + "  \n").starts_with("HTTP/1.1 200"));
  }
}

TEST_CASE("HEAD has the length and no body") {
  EchoServer echo;
  RawHttp client(echo.address());
  client.Send(Request("HEAD /echo/x") + Request("GET /echo/y"));
  const std::string head = client.Read("\r\n\r\n");
  REQUIRE(head.find("Content-Length: 15") != std::string::npos);
  REQUIRE(client.Read("\r\n") == "HTTP/1.1 200 OK\r\n");
}

TEST_CASE("what is not HTTP is told so") {
  EchoServer echo;
  for (const std::string& bytes :
       {std::string("garbage\r\n\r\n"), std::string("\x16\x03\x01\x02", 4),
        std::string("FOO / HTTP/1.1\r\n\r\n"),
        Request("GET /echo/", "Content-Length: x\r\n\r\n")}) {
    RawHttp client(echo.address());
    client.Send(bytes);
    const std::string answer = client.ReadAll();
    REQUIRE(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"));
    REQUIRE(answer.ends_with("\r\n\r\nexpected an HTTP/1.1 request, its header up to 1 MiB\n"));
  }
}

TEST_CASE("a target or body over its limit is refused, and the connection lives") {
  EchoServer echo({.target_bytes_max = 1000, .body_bytes_max = 2000});
  RawHttp client(echo.address());
  client.Send(Request("GET /echo/" + std::string(994, 'a')));
  REQUIRE(StatusLine(client) == "HTTP/1.1 200 OK\r\n");
  client.Read("a  \n");
  client.Send(Request("GET /echo/" + std::string(995, 'a')));
  REQUIRE(StatusLine(client) == "HTTP/1.1 414 URI Too Long\r\n");
  client.Read("1000\n");
  client.Send(Request("POST /size", "Content-Length: 2000\r\n\r\n") + std::string(2000, 'b'));
  REQUIRE(client.Read("\n2000\n").starts_with("HTTP/1.1 200"));
  client.Send(Request("POST /size", "Content-Length: 500000\r\n\r\n") + std::string(500'000, 'b'));
  REQUIRE(StatusLine(client) == "HTTP/1.1 413 Payload Too Large\r\n");
  client.Read("2000\n");
  client.Send(Request("POST /size", "Transfer-Encoding: chunked\r\n\r\n") +
              "5\r\nabcde\r\n0\r\n\r\n");
  REQUIRE(client.Read("\n5\n").starts_with("HTTP/1.1 200"));
}

TEST_CASE("a header over a megabyte or of too many fields is refused") {
  EchoServer echo;
  std::string many;
  for (int i = 0; i < 200; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
  for (const std::string& fields : {many + "\r\n", "X: " + std::string(2 << 20, 'x')}) {
    RawHttp client(echo.address());
    client.Send(Request("GET /echo/", fields));
    // The rest of what was sent may have come too late for the answer to be read.
    const std::string answer = client.ReadAll();
    REQUIRE((answer.empty() || answer.starts_with("HTTP/1.1 400")));
  }
  RawHttp client(echo.address());
  client.Send(Request("GET /echo/"));
  REQUIRE(StatusLine(client) == "HTTP/1.1 200 OK\r\n");
}

TEST_CASE("who sends too slowly is left, and others are served meanwhile") {
  EchoServer echo({.patience = milliseconds(500)});  // of the quick client as well
  RawHttp slow(echo.address());
  slow.Send("GET /echo/ HTT");
  RawHttp client(echo.address());
  client.Send(Request("GET /echo/"));
  REQUIRE(StatusLine(client) == "HTTP/1.1 200 OK\r\n");
  REQUIRE(slow.ReadAll().empty());
}

TEST_CASE("connections over the limit wait for others to end") {
  EchoServer echo({.connections_max = 2});
  {
    RawHttp a(echo.address());
    RawHttp b(echo.address());
    for (RawHttp* client : {&a, &b}) {
      client->Send(Request("GET /echo/"));
      REQUIRE(StatusLine(*client) == "HTTP/1.1 200 OK\r\n");
    }
  }
  RawHttp c(echo.address());
  c.Send(Request("GET /echo/"));
  REQUIRE(StatusLine(c) == "HTTP/1.1 200 OK\r\n");
}

TEST_CASE("a stop waits for accepted requests, and they are answered") {
  EchoServer echo;
  RawHttp client(echo.address());
  client.Send(Request("GET /hold"));
  echo.AwaitHeld(1);
  auto stopped = std::async(std::launch::async, [&] { echo.server().Stop(seconds(30)); });
  HttpClient others;
  while (Fetch(others, {.url = echo.url("/echo/")})) {  // until the stop has begun
  }
  echo.AnswerHeld();
  const std::string answer = client.ReadAll();
  REQUIRE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  REQUIRE(answer.find("Connection: close") != std::string::npos);
  REQUIRE(answer.ends_with("at last\n"));
  stopped.get();
}

TEST_CASE("a stop without grace answers 503, and late answers are dropped") {
  EchoServer echo({.threads = 2});
  std::vector<std::unique_ptr<RawHttp>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<RawHttp>(echo.address()));
    clients.back()->Send(Request("GET /hold"));
  }
  echo.AwaitHeld(20);
  std::thread late([&] { echo.AnswerHeld(); });
  echo.server().Stop(Duration::zero());
  late.join();
  for (const auto& client : clients) {
    const std::string answer = client->ReadAll();
    REQUIRE((answer.starts_with("HTTP/1.1 503") || answer.starts_with("HTTP/1.1 200")));
  }
  echo.AnswerHeld();
  echo.server().Stop(Duration::zero());  // idempotent
}

TEST_CASE("an address that cannot be listened on is named") {
  EchoServer echo;
  for (const std::string& listen :
       {echo.address(), std::string("203.0.113.7:80"), std::string("no.such.host.invalid:80")}) {
    const auto server = HttpServer::Start(listen, HttpRoutes({}));
    REQUIRE_FALSE(server);
    REQUIRE(server.error().code == Code::kUnavailable);
    REQUIRE(server.error().message.find("listen on \"" + listen + "\": ") == 0);
  }
}

TEST_CASE("the client gets what the server says, and no more than it allows") {
  EchoServer echo;
  HttpClient client({.reply_bytes_max = 100});
  const auto answer = Fetch(client, {.url = echo.url("/echo/../x"), .fields = {"X-One: two"}});
  REQUIRE(answer);
  REQUIRE(answer->status == 200);
  REQUIRE(answer->body == "GET /echo/../x  two\n");
  REQUIRE(Fetch(client, {.url = echo.url("/echo/" + std::string(100, 'a'))}).error().code ==
          Code::kInternal);  // too long
  REQUIRE(Fetch(client, {.url = "ftp://127.0.0.1/"}).error().code == Code::kUnavailable);
  REQUIRE(Fetch(client, {.url = "http://127.0.0.1:1/"}).error().code == Code::kUnavailable);
}

TEST_CASE("calls over the client's bound are refused, and its end answers the others") {
  EchoServer echo;
  HttpClient client({.calls_max = 3});
  std::atomic<int> cut{0};
  for (int i = 0; i < 3; ++i) {
    client.Get({.url = echo.url("/hold")}, [&](const Result<HttpAnswer>& answer) {
      if (!answer && answer.error().code == Code::kUnavailable) ++cut;
    });
  }
  REQUIRE(Fetch(client, {.url = echo.url("/echo/")}).error().code == Code::kResourceExhausted);
  client.Stop();
  REQUIRE(cut == 3);
  REQUIRE(Fetch(client, {.url = echo.url("/echo/")}).error().code == Code::kUnavailable);
}

}  // namespace
}  // namespace ringlab
