#include "node/http/server.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "node/http/client.h"
#include "node/live/timer_thread.h"
#include "tests/node/http/echo_server.h"
#include "tests/node/http/raw_http.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Result<HttpAnswer> Fetch(HttpClient& client, HttpCall call) {
  std::promise<Result<HttpAnswer>> answer;
  client.Get(std::move(call), [&](Result<HttpAnswer> got) { answer.set_value(std::move(got)); });
  return answer.get_future().get();
}

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
