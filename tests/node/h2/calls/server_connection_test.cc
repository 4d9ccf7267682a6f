#include "node/h2/calls/server_connection.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "tests/node/h2/frames.h"
#include "tests/node/h2/talks.h"

using namespace ringlab;          // NOLINT(google-build-using-namespace): a test
using namespace ringlab::frames;  // NOLINT(google-build-using-namespace): a test
using namespace std::chrono_literals;

namespace {

constexpr const char* kLater = "/test.Test/Later";
constexpr const char* kEcho = "/test.Test/Echo";
constexpr const char* kWatch = "/grpc.health.v1.Health/Watch";

}  // namespace

TEST_CASE("h2 server: a handler may answer later, in any order") {
  ServerTalk server;
  server.Feed(Call(1, kLater, "a") + Call(3, kLater, "b"));
  CHECK(server.Hear().empty());
  CHECK(*server.at_work == 2);
  std::swap(server.waiting[0], server.waiting[1]);
  server.AnswerNext(std::string("B"));
  CHECK(Has(server.Hear(), "DATA 3 " + Message("B")));
  server.AnswerNext(Fail(Code::kInternal, "A"));
  CHECK(
      Has(server.Hear(), "HEADERS 1 end :status=200 content-type=application/grpc grpc-status=13"));
  CHECK(server.connection->idle());
  CHECK(*server.at_work == 0);
  CHECK(server.counters.answered == 2);
}

TEST_CASE("h2 server: a request that comes in pieces is handed over whole") {
  ServerTalk server;
  const std::string big(40'000, 'x');
  std::string in = Headers(1, Request(kLater));
  const std::string message = Message(big);
  for (std::size_t at = 0; at < message.size(); at += 10'000) {
    const std::string part = message.substr(at, 10'000);
    in += Data(1, part, at + part.size() == message.size() ? kEndStream : 0);
  }
  server.Feed(in, kStart, 777);
  REQUIRE(server.waiting.size() == 1);
  CHECK(server.waiting[0].request == big);
}

TEST_CASE("h2 server: a whole message whose stream ends in a later feed is kept") {
  ServerTalk server;
  std::string first = Headers(1, Request(kLater)) + Data(1, Message("hello"), 0);
  server.Feed(first);
  first.assign(first.size(), '?');  // the read buffer is used again
  server.Feed(Data(1, ""));
  REQUIRE(server.waiting.size() == 1);
  CHECK(server.waiting[0].request == "hello");
}

TEST_CASE("h2 server: an answer to who has gone is dropped") {
  ServerTalk server;
  server.Feed(Call(1, kLater, "a") + Reset(1, NGHTTP2_CANCEL));
  CHECK(server.connection->idle());
  CHECK(server.counters.gone == 1);
  CHECK(*server.at_work == 1);        // it is still at work
  server.Feed(Call(3, kLater, "b"));  // takes the same place
  server.AnswerNext(std::string("A"));
  CHECK(server.Hear().empty());
  CHECK(server.counters.late == 1);
  server.AnswerNext(std::string("B"));
  CHECK(Has(server.Hear(), "DATA 3 " + Message("B")));
}

TEST_CASE("h2 server: an answer to a connection that has ended is dropped") {
  ServerTalk server;
  server.Feed(Call(1, kLater, "a"));
  server.Disconnect();
  server.AnswerNext(std::string("A"));
  CHECK(*server.at_work == 0);
  CHECK(server.counters.gone == 1);
}

TEST_CASE("h2 server: a dropped callback answers") {
  ServerTalk server;
  server.Feed(Call(1, kLater, "a"));
  server.waiting.clear();
  CHECK(Has(server.Hear(), "grpc-message=the handler ended without an answer"));
  CHECK(*server.at_work == 0);
}

TEST_CASE("h2 server: the deadline passes while a handler works") {
  ServerTalk server;
  server.Feed(Call(1, kLater, "a", {{"grpc-timeout", "50m"}}));
  CHECK(server.connection->NextDue() == kStart + 50ms);
  server.connection->Due(kStart + 50ms - 1ns);
  CHECK(server.Hear().empty());
  server.connection->Due(kStart + 50ms);
  CHECK(Has(server.Hear(), "grpc-status=4"));
  CHECK(server.counters.expired == 1);
  server.AnswerNext(std::string("A"));
  CHECK(server.counters.late == 1);
  CHECK(server.Hear().empty());
  CHECK(server.connection->NextDue() == kNever);
}

TEST_CASE("h2 server: the deadline passes while the request comes in") {
  ServerTalk server;
  server.Feed(Headers(1, Request(kEcho, {{"grpc-timeout", "1S"}})));
  server.Feed(Data(1, Message("a")), kStart + 2s);  // Due was not called in time
  CHECK(Has(server.Hear(kStart + 2s), "grpc-status=4"));
  CHECK(server.deadlines.empty());
}

TEST_CASE("h2 server: calls that end inside the feed are given no timer") {
  ServerTalk server;
  for (std::uint32_t i = 0; i < 100; ++i) {
    server.Feed(Call(2 * i + 1, kEcho, "a", {{"grpc-timeout", "1S"}}));
    server.Hear();
  }
  CHECK(server.connection->NextDue() == kNever);
  CHECK(server.deadlines.front() == kStart + 1s);
}

TEST_CASE("h2 server: a token is asked of the table's methods alone") {
  ServerTalk server({}, "secret");
  server.Feed(Call(1, kEcho, "a"));
  CHECK(Has(server.Hear(), "grpc-status=16"));
  server.Feed(Call(3, kEcho, "a", {{"authorization", "Bearer secreT"}}));
  CHECK(Has(server.Hear(), "grpc-status=16"));
  server.Feed(Call(5, kEcho, "a", {{"authorization", "Bearer secret"}}));
  CHECK(Has(server.Hear(), "grpc-status=0"));
  server.Feed(Call(7, kEcho, "a", {{"authorization", "x"}, {"authorization", "Bearer secret"}}));
  CHECK(Has(server.Hear(), "grpc-status=16"));
  server.Feed(Call(9, "/grpc.health.v1.Health/Check", ""));
  CHECK(Has(server.Hear(), "grpc-status=0"));
}

TEST_CASE("h2 server: a request brings its trace") {
  const std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  ServerTalk server;
  server.Feed(
      Call(1, kEcho, "a", {{"traceparent", parent}, {"tracestate", "a=1"}, {"tracestate", "b=2"}}));
  server.Feed(Call(3, kEcho, "a", {{"traceparent", parent}, {"traceparent", parent}}));
  server.Feed(Call(5, kEcho, "a"));
  REQUIRE(server.traces.size() == 3);
  REQUIRE(server.traces[0] != nullptr);
  CHECK(server.traces[0]->parent == parent);
  CHECK(server.traces[0]->state == "a=1,b=2");
  CHECK(server.traces[1] == nullptr);
  CHECK(server.traces[2] == nullptr);
}

TEST_CASE("h2 server: a large reply goes out as the peer's windows allow") {
  ServerTalk server;
  const std::string big(200'000, 'x');
  server.Feed(Call(1, kLater, "a"));
  server.AnswerNext(big);
  std::string bytes = server.Pull();
  CHECK(bytes.size() > 65'000);  // the windows of RFC 9113
  CHECK(bytes.size() < 66'000);
  for (int i = 0; i < 10; ++i) {
    server.Feed(WindowUpdate(1, 20'000) + WindowUpdate(0, 20'000));
    bytes += server.Pull();
  }
  CHECK(bytes.size() > big.size());
  CHECK(Has(server.reader.Read(bytes), "HEADERS 1 end grpc-status=0"));
  CHECK(server.connection->idle());
}

TEST_CASE("h2 server: what is followed is told when it changes") {
  ServerTalk server;
  server.Feed(Call(1, kWatch, "") + Call(3, kWatch, "\x0a\x09test.Test"));
  server.Hear();
  server.connection->LookAgain();
  CHECK(server.Hear().empty());
  server.health->SetServing(true);
  server.connection->LookAgain();
  const std::string told = server.Hear();
  CHECK(Has(told, "DATA 1 " + Message("\x08\x01")));
  CHECK(Has(told, "DATA 3 " + Message("\x08\x01")));
  server.Feed(Reset(1, NGHTTP2_CANCEL));
  server.health->SetServing(false);
  server.connection->LookAgain();
  CHECK(server.Hear() == "DATA 3 " + Message("\x08\x02") + "\n");
  CHECK(server.counters.gone == 1);
}

TEST_CASE("h2 server: a drain says which was the last call, and answers up to it") {
  ServerTalk server;
  server.Feed(Call(1, kLater, "a") + Call(3, kWatch, ""));
  server.Hear();
  server.connection->Drain(kStart);
  CHECK(server.Hear() == "GOAWAY 2147483647 NO_ERROR \nPING\n");
  server.Feed(Call(5, kLater, "b"));  // it had not seen that
  server.Feed(Frame(NGHTTP2_PING, NGHTTP2_FLAG_ACK, 0, std::string(8, '\0')) +
              Call(7, kLater, "c"));
  const std::string last = server.Hear();
  CHECK(Has(last, "GOAWAY 5 NO_ERROR"));
  CHECK(Has(last, "RESET 7 REFUSED_STREAM"));
  CHECK(Has(last, "HEADERS 3 end grpc-status=14 grpc-message=this connection ends; connect again"));
  CHECK(server.waiting.size() == 2);
  CHECK_FALSE(server.connection->done());
  server.AnswerNext(std::string("A"));
  server.AnswerNext(std::string("B"));
  CHECK(Has(server.Hear(), "HEADERS 5 end grpc-status=0"));
  CHECK(server.connection->done());
  CHECK_FALSE(server.connection->broken());
}

TEST_CASE("h2 server: behind a fence no call is taken that was not here") {
  ServerTalk server;
  server.Feed(Call(1, kLater, "a"));
  server.Hear();
  server.connection->Fence(kStart);
  CHECK(server.Hear() == "GOAWAY 1 NO_ERROR \n");
  server.Feed(Call(3, kLater, "late"));
  CHECK(server.waiting.size() == 1);
  CHECK_FALSE(server.connection->done());
  server.AnswerNext(std::string("A"));
  CHECK(Has(server.Hear(), "HEADERS 1 end grpc-status=0"));
  CHECK(server.connection->done());
  CHECK_FALSE(server.connection->broken());
}

TEST_CASE("h2 server: a drain does not wait for a PING that is not answered") {
  ServerTalk server;
  server.connection->Drain(kStart);
  server.Hear();
  CHECK(server.connection->NextDue() == kStart + 1s);
  server.connection->Due(kStart + 1s);
  CHECK(server.Hear() == "GOAWAY 0 NO_ERROR \n");
  CHECK(server.connection->done());
}

TEST_CASE("h2 server: who speaks HTTP/1 is told what speaks here") {
  for (const std::size_t step : {SIZE_MAX, std::size_t{1}}) {
    ServerWorld server;
    CHECK(server.Pull().empty());
    server.Feed("GET / HTTP/1.1\r\nhost: n\r\n\r\n", kStart, step);
    CHECK(server.connection->broken());
    CHECK_FALSE(server.connection->done());
    CHECK(server.Pull().starts_with("HTTP/1.1 505 "));
    CHECK(server.connection->done());
    CHECK(server.counters.foreign == 1);
  }
  ServerWorld server;
  server.Feed("\x16\x03\x01");  // TLS
  CHECK(server.Pull().empty());
  CHECK(server.connection->done());
}

TEST_CASE("h2 server: a client that says goodbye is done with when it is answered") {
  ServerTalk server;
  server.Feed(Call(1, kLater, "a") + GoAway(0, 0));
  CHECK_FALSE(server.connection->done());
  server.AnswerNext(std::string("A"));
  server.Hear();
  CHECK(server.connection->done());
}

TEST_CASE("h2 server: messages of errors are cut") {
  ServerTalk server;
  server.Feed(Call(1, kLater, "a"));
  server.AnswerNext(Fail(Code::kNotFound, std::string(5000, 'x')));
  CHECK(Has(server.Hear(), "grpc-message=" + std::string(1024, 'x') + "...\n"));
}
