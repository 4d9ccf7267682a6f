#include "node/h2/calls/client_connection.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "tests/node/h2/frames.h"
#include "tests/node/h2/talks.h"

using namespace ringlab;          // NOLINT(google-build-using-namespace): a test
using namespace ringlab::frames;  // NOLINT(google-build-using-namespace): a test
using namespace std::chrono_literals;

namespace {

constexpr const char* kEcho = "/test.Test/Echo";

}  // namespace

TEST_CASE("h2 client: a request") {
  ClientTalk client;
  client.identity.authority = "n:1";
  client.Start(kEcho, "hello");
  CHECK(client.Hear() ==
        "HEADERS 1 :method=POST :scheme=http :path=/test.Test/Echo :authority=n:1 "
        "te=trailers content-type=application/grpc user-agent=grpc-c++-ringlab\n"
        "DATA 1 end " +
            Message("hello") + "\n");
}

TEST_CASE("h2 client: everything that can be said beside a request") {
  ClientTalk client;
  const auto slot = std::make_shared<std::optional<Ended>>();
  ClientRequest request = client.Request(kEcho, "", slot, kStart + 150ms);
  request.authorization = "Bearer x";
  request.trace = std::make_shared<const TraceContext>(TraceContext{.parent = "p", .state = "s"});
  client.connection->Start(std::move(request), kStart);
  CHECK(Has(client.Hear(),
            ":authority=node:1 grpc-timeout=150m te=trailers "
            "content-type=application/grpc user-agent=grpc-c++-ringlab "
            "authorization=Bearer x traceparent=p tracestate=s\n"));
}

TEST_CASE("h2 client: what a reply brings beside its body") {
  ClientTalk client;
  const auto ended = client.Start(kEcho, "");
  client.Hear();
  client.Feed(
      Headers(1, {{":status", "200"}, {"content-type", "application/grpc"}}) +
      Data(1, Message("a"), 0) +
      Headers(1,
              {{"grpc-status", "0"}, {"ringlab-answer", "hit"}, {"grpc-retry-pushback-ms", "40"}},
              kEndHeaders | kEndStream));
  REQUIRE(*ended);
  CHECK((*ended)->answer == "hit");
  CHECK((*ended)->retry_after == Duration(40ms));
}

TEST_CASE("h2 client: when a request was written") {
  ClientTalk client;
  const auto first = client.Start(kEcho, "a");
  const auto second = client.Start(kEcho, "b");
  OutChain out;
  client.connection->Pull(out, kStart);
  out.Consume(out.size() - 1);  // the socket took all but a byte
  client.connection->Written(out, kStart + 1ms);
  out.Consume(1);
  client.connection->Written(out, kStart + 2ms);
  client.Feed(ReplyOf(1, "a") + ReplyOf(3, "b"), kStart + 3ms);
  CHECK((*first)->sent == kStart + 1ms);
  CHECK((*second)->sent == kStart + 2ms);
}

TEST_CASE("h2 client: calls wait for a stream, in order") {
  ClientTalk client(Setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 2));
  std::vector<ClientWorld::Slot> slots;
  for (int i = 0; i < 4; ++i) slots.push_back(client.Start(kEcho, std::to_string(i)));
  const std::string said = client.Hear();
  CHECK(Has(said, Message("0")));
  CHECK(Has(said, Message("1")));
  CHECK_FALSE(Has(said, Message("2")));
  CHECK(client.connection->queued() == 2);
  client.Feed(ReplyOf(3, "1"));
  CHECK(Has(client.Hear(), "DATA 5 end " + Message("2")));
  // A limit that shrinks slows the queue down.
  client.Feed(Settings(Setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 0)) + ReplyOf(1, "0") +
              ReplyOf(5, "2"));
  CHECK_FALSE(Has(client.Hear(), "HEADERS"));
  client.Feed(Settings(Setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1)));
  CHECK(Has(client.Hear(), "DATA 7 end " + Message("3")));
}

TEST_CASE("h2 client: a hundred streams until the server says how many") {
  ClientWorld client;
  for (int i = 0; i < 150; ++i) client.Start(kEcho, "");
  client.Pull();
  CHECK(client.connection->on_wire() == 100);
  CHECK_FALSE(client.connection->ready());
  client.Feed(Settings());
  client.Pull();
  CHECK(client.connection->ready());
  CHECK(client.connection->on_wire() == 150);
}

TEST_CASE("h2 client: deadlines, on the wire and before") {
  ClientTalk client(Setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1));
  const auto sent = client.Start(kEcho, "a", kStart, kStart + 5ms);
  const auto queued = client.Start(kEcho, "b", kStart, kStart + 3ms);
  const auto late = client.Start(kEcho, "c", kStart, kStart);
  REQUIRE(*late);
  CHECK(CodeOf(late) == Code::kDeadlineExceeded);
  client.Hear();
  CHECK(client.connection->NextDue() == kStart + 3ms);
  client.connection->Due(kStart + 3ms);
  REQUIRE(*queued);
  CHECK((*queued)->body.error().message == "no stream was free by the deadline");
  CHECK(client.connection->NextDue() == kStart + 5ms);
  client.connection->Due(kStart + 5ms);
  REQUIRE(*sent);
  CHECK((*sent)->body.error().message == "no reply by the deadline");
  CHECK(client.Hear() == "RESET 1 CANCEL\n");
  client.Feed(ReplyOf(1, "too late"));
  CHECK(client.counters.expired == 3);
  CHECK(client.connection->on_wire() == 0);
  CHECK(client.connection->NextDue() == kNever);
}

TEST_CASE("h2 client: beyond its share of cancels the server ends what has expired") {
  ClientTalk client("", {.cancels = {2, 1}});
  std::vector<std::shared_ptr<std::optional<Ended>>> calls;
  for (int i = 0; i < 3; ++i) calls.push_back(client.Start(kEcho, "a", kStart, kStart + 5ms));
  client.Hear();
  client.connection->Due(kStart + 5ms);
  for (const auto& call : calls) {
    REQUIRE(*call);
    CHECK(CodeOf(call) == Code::kDeadlineExceeded);
  }
  CHECK(client.Hear() == "RESET 1 CANCEL\nRESET 3 CANCEL\n");
  CHECK(client.connection->on_wire() == 1);
  client.Feed(ReplyOf(5, "too late"));
  CHECK(client.connection->on_wire() == 0);
  CHECK(client.counters.expired == 3);
  CHECK(client.counters.answered == 0);
}

TEST_CASE("h2 client: a deadline that passed in the queue sends nothing") {
  ClientTalk client;
  const auto ended = client.Start(kEcho, "a", kStart, kStart + 5ms);
  CHECK(client.Hear(kStart + 6ms).empty());  // Due comes later
  REQUIRE(*ended);
  CHECK(CodeOf(ended) == Code::kDeadlineExceeded);
}

TEST_CASE("h2 client: calls can be given up at any point") {
  ClientTalk client(Setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1));
  const auto sent = client.Start(kEcho, "a");
  const CallId first = client.last;
  const auto queued = client.Start(kEcho, "b");
  client.Hear();
  client.connection->Cancel(client.last);
  client.connection->Cancel(first);
  client.connection->Cancel(first);
  REQUIRE((*sent && *queued));
  CHECK(CodeOf(sent) == Code::kCancelled);
  CHECK(CodeOf(queued) == Code::kCancelled);
  CHECK(client.Hear() == "RESET 1 CANCEL\n");
  CHECK(client.counters.cancelled == 2);
  CHECK(client.connection->queued() == 0);
}

TEST_CASE("h2 client: a request that waits for a window can be given up") {
  ClientTalk client(Setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 10));
  const auto ended = client.Start(kEcho, std::string(100'000, 'x'));
  client.Hear();
  client.connection->Cancel(client.last);
  CHECK(Has(client.Hear(), "RESET 1 CANCEL"));
  CHECK(client.connection->on_wire() == 0);
}

TEST_CASE("h2 client: a reply before the request has been sent ends it") {
  ClientTalk client(Setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 10));
  const auto ended = client.Start(kEcho, std::string(100'000, 'x'));
  client.Hear();
  client.Feed(
      Headers(1, {{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", "8"}},
              kEndHeaders | kEndStream));
  REQUIRE(*ended);
  CHECK(CodeOf(ended) == Code::kResourceExhausted);
  CHECK(client.Hear() == "RESET 1 CANCEL\n");
}

TEST_CASE("h2 client: a callback may start and cancel calls") {
  ClientTalk client(Setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1));
  const auto second = client.Start(kEcho, "b");
  const CallId id = client.last;
  int ends = 0;
  client.connection->Start({.path = kEcho,
                            .message = "a",
                            .done =
                                [&](const ClientReply&) {
                                  ++ends;
                                  client.connection->Cancel(id);
                                  client.Start(kEcho, "again");
                                }},
                           kStart);
  client.Hear();
  client.Feed(ReplyOf(1, "b"));
  CHECK(Has(client.Hear(), "DATA 3 end " + Message("a")));
  client.Feed(ReplyOf(3, "a"));
  CHECK(ends == 1);
  CHECK(Has(client.Hear(), "DATA 5 end " + Message("again")));
  CHECK((*second)->body == "b");
}
