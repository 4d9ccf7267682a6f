// What an HTTP server refuses, and for whom it makes room.
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "tests/node/http/echo_server.h"
#include "tests/node/http/raw_http.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;

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
    REQUIRE(answer.ends_with("\r\n\r\nexpected an HTTP/1.1 request\n"));
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

TEST_CASE("a header beyond a limit is refused by the limit's name") {
  EchoServer echo;
  std::string many;
  for (int i = 0; i < 200; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
  std::string large;
  for (int i = 0; i < 50; ++i)
    large += "X" + std::to_string(i) + ": " + std::string(60'000, 'x') + "\r\n";
  struct Row {
    std::string fields;
    std::string why;
  };
  for (const Row& row :
       {Row{many, "too many header fields; accepted: up to 100\n"},
        Row{"X: " + std::string(100'000, 'x') + "\r\n",
            "a header field is too long; accepted: up to 65535 bytes\n"},
        Row{std::string(2000, 'X') + ": 1\r\n",
            "a header field's name is too long; accepted: up to 1024 bytes\n"},
        Row{large, "a header that is too large; accepted: up to 1048576 bytes\n"}}) {
    RawHttp client(echo.address());
    client.Send(Request("GET /echo/", row.fields + "\r\n"));
    // The rest of what was sent may have come too late for the answer to be read.
    const std::string answer = client.ReadAll();
    if (answer.empty()) continue;
    REQUIRE(answer.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
    REQUIRE(answer.ends_with("\r\n\r\n" + row.why));
  }
  RawHttp client(echo.address());
  client.Send(Request("GET /echo/"));
  REQUIRE(StatusLine(client) == "HTTP/1.1 200 OK\r\n");
}

TEST_CASE("who waits to be told to go on with a body is told so") {
  EchoServer echo;
  RawHttp client(echo.address());
  for (const char* const expects : {"100-continue", "100-Continue"}) {
    client.Send(
        Request("POST /size", std::string("Expect: ") + expects + "\r\nContent-Length: 5\r\n\r\n"));
    REQUIRE(client.Read("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    client.Send("abcde");
    REQUIRE(client.Read("\n5\n").starts_with("HTTP/1.1 200"));
  }
}

TEST_CASE("a header that says what nobody can follow is refused before its body") {
  EchoServer echo({.body_bytes_max = 2000});
  struct Row {
    std::string fields;
    std::string status;
    std::string why;
  };
  for (const Row& row :
       {Row{"Host: other\r\nContent-Length: 5\r\n", "400 Bad Request",
            "more than one Host field; expected one\n"},
        Row{"Transfer-Encoding: gzip, chunked\r\n", "501 Not Implemented",
            "a Transfer-Encoding that is not known here; expected chunked or none\n"},
        Row{"Expect: 100-continue\r\nContent-Length: 2001\r\n", "413 Payload Too Large",
            "a body that is too large; accepted: up to 2000 bytes\n"}}) {
    RawHttp client(echo.address());
    client.Send(Request("POST /size", row.fields + "\r\n"));
    const std::string answer = client.ReadAll();
    REQUIRE(answer.starts_with("HTTP/1.1 " + row.status + "\r\n"));
    REQUIRE(answer.ends_with("\r\n\r\n" + row.why));
  }
  RawHttp client(echo.address());
  client.Send(Request("POST /size", "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde"));
  REQUIRE(StatusLine(client) == "HTTP/1.1 415 Unsupported Media Type\r\n");
  client.Read("expected one without\n");
  client.Send(
      Request("POST /size", "Content-Encoding: identity\r\nContent-Length: 5\r\n\r\nabcde"));
  REQUIRE(client.Read("\n5\n").starts_with("HTTP/1.1 200"));
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

TEST_CASE("at the limit the connection that has waited for longest makes room for others") {
  std::atomic<int> told{0};
  EchoServer echo({.connections_max = 3, .say = [&](const Said&) { ++told; }});
  RawHttp works(echo.address());
  works.Send(Request("GET /hold"));
  echo.AwaitHeld(1);
  RawHttp half(echo.address());
  half.Send("GET /echo/ HTT");
  RawHttp idle(echo.address());
  const auto asks = [](RawHttp& client) {
    client.Send(Request("GET /echo/"));
    return StatusLine(client);
  };
  REQUIRE(asks(idle) == "HTTP/1.1 200 OK\r\n");
  REQUIRE(told == 0);
  RawHttp probe(echo.address());
  REQUIRE(asks(probe) == "HTTP/1.1 200 OK\r\n");
  REQUIRE(half.ReadAll().empty());
  RawHttp another(echo.address());
  REQUIRE(asks(another) == "HTTP/1.1 200 OK\r\n");
  REQUIRE(told == 1);  // of both
  echo.AnswerHeld();
  REQUIRE(StatusLine(works) == "HTTP/1.1 200 OK\r\n");
}

TEST_CASE("while all connections at the limit are at work, newcomers wait for one to end") {
  EchoServer echo({.connections_max = 1});
  RawHttp works(echo.address());
  works.Send(Request("GET /hold"));
  echo.AwaitHeld(1);
  RawHttp waits(echo.address());
  waits.Send(Request("GET /echo/"));
  echo.AnswerHeld();
  REQUIRE(StatusLine(works) == "HTTP/1.1 200 OK\r\n");
  REQUIRE(StatusLine(waits) == "HTTP/1.1 200 OK\r\n");
}

}  // namespace
}  // namespace ringlab
