// How a client's connection ends, and what becomes of its calls.
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

TEST_CASE("h2 client: what a server refused is sent once more") {
  ClientTalk client;
  const auto ended = client.Start(kEcho, "a");
  client.Hear();
  client.Feed(Reset(1, NGHTTP2_REFUSED_STREAM));
  CHECK(Has(client.Hear(), "DATA 3 end " + Message("a")));
  CHECK(client.counters.retried == 1);
  client.Feed(Reset(3, NGHTTP2_REFUSED_STREAM));
  REQUIRE(*ended);
  CHECK(CodeOf(ended) == Code::kUnavailable);
}

TEST_CASE("h2 client: after a GOAWAY the next connection takes what was not looked at") {
  ClientTalk client;
  const auto accepted = client.Start(kEcho, "a");
  const auto refused = client.Start(kEcho, "b");
  client.Hear();
  client.Feed(GoAway(1, 0));
  CHECK_FALSE(client.connection->accepting());
  const auto queued = client.Start(kEcho, "c");
  client.Hear();
  CHECK_FALSE(client.connection->done());
  std::vector<ClientRequest> rest = client.connection->TakeQueue();
  REQUIRE(rest.size() == 2);
  CHECK(client.connection->queued() == 0);
  client.Feed(ReplyOf(1, "a"));
  REQUIRE(*accepted);
  CHECK((*accepted)->body == "a");
  CHECK(client.connection->done());

  ClientTalk next;
  for (ClientRequest& request : rest) next.connection->Start(std::move(request), kStart);
  const std::string said = next.Hear();
  CHECK(Has(said, Message("b")));
  CHECK(Has(said, Message("c")));
  next.Feed(Reset(1, NGHTTP2_REFUSED_STREAM) + Reset(3, NGHTTP2_REFUSED_STREAM));
  next.Hear();
  CHECK((*refused && !*queued));  // one of them was refused before
  next.connection->Lose("");
  next.connection->FailQueue({Code::kUnavailable, ""});
}

TEST_CASE("h2 client: a graceful GOAWAY lets calls finish") {
  ClientTalk client;
  const auto ended = client.Start(kEcho, "a");
  client.Hear();
  client.Feed(GoAway(0x7fffffff, 0) + Ping());
  CHECK(client.Hear() == "PONG\n");
  client.Feed(ReplyOf(1, "a") + GoAway(1, 0));
  CHECK((*ended)->body == "a");
  CHECK(client.connection->done());
}

TEST_CASE("h2 client: a lost connection ends what was sent, the queue stays") {
  ClientTalk client(Setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1));
  const auto sent = client.Start(kEcho, "a");
  const auto queued = client.Start(kEcho, "b");
  client.Hear();
  client.connection->Lose("n3 hung up");
  REQUIRE(*sent);
  CHECK(CodeOf(sent) == Code::kUnavailable);
  CHECK((*sent)->body.error().message == "n3 hung up");
  CHECK_FALSE(*queued);
  CHECK(client.connection->done());
  client.connection->FailQueue({Code::kUnavailable, "cannot connect"});
  REQUIRE(*queued);
  CHECK(client.counters.failed == 2);
}

TEST_CASE("h2 client: what never left is not lost with the connection") {
  ClientWorld client({.out_bytes_max = 1});  // room for our SETTINGS alone
  client.Start(kEcho, "a");
  const auto ended = client.Start(kEcho, "b");
  OutChain out;
  client.connection->Pull(out, kStart);
  client.connection->Lose("gone");
  CHECK(client.connection->TakeQueue().size() == 2);
  CHECK_FALSE(*ended);
}

TEST_CASE("h2 client: ids run out") {
  ClientTalk client("", {.stream_id_last = 3});
  client.Start(kEcho, "a");
  client.Start(kEcho, "b");
  const auto third = client.Start(kEcho, "c");
  client.Hear();
  CHECK_FALSE(client.connection->accepting());
  CHECK(client.counters.limits[H2Limit::kStreamIds] == 1);
  CHECK(client.connection->queued() == 1);
  client.Feed(ReplyOf(1, "a") + ReplyOf(3, "b"));
  client.Hear();
  CHECK(client.connection->done());
  CHECK(client.connection->TakeQueue().size() == 1);
}

TEST_CASE("h2 client: a queue that is full, a server that does not greet, one that floods") {
  ClientWorld client({.queue_max = 2});
  client.Start(kEcho, "");
  client.Start(kEcho, "");
  const auto full = client.Start(kEcho, "");
  REQUIRE(*full);
  CHECK(CodeOf(full) == Code::kResourceExhausted);
  CHECK(client.counters.limits[H2Limit::kQueue] == 1);

  CHECK(client.connection->NextDue() == kStart + 10s);
  client.connection->Due(kStart + 10s);
  CHECK(client.connection->broken());
  CHECK(client.counters.limits[H2Limit::kHandshakeTime] == 1);

  ClientTalk flooded("", {.idle_frames = {100, 1}});
  for (int i = 0; i < 101; ++i) flooded.Feed(Frame(0xee, 0, 0, ""));
  CHECK(Has(flooded.Hear(), "ENHANCE_YOUR_CALM idle_frames"));
  CHECK(flooded.connection->done());
}

TEST_CASE("h2 client: header blocks and messages that do not end") {
  ClientTalk client("", {.half_received_bytes_max = 1000});
  const auto alone = client.Start(kEcho, "");
  const auto ended = client.Start(kEcho, "");
  client.Hear();
  for (const std::uint32_t stream : {1U, 3U}) {  // the first may, being alone
    client.Feed(Headers(stream, {{":status", "200"}, {"content-type", "application/grpc"}}) +
                Data(stream, Message(std::string(5000, 'x')).substr(0, 2000), 0));
  }
  REQUIRE_FALSE(*alone);
  REQUIRE(*ended);
  CHECK(CodeOf(ended) == Code::kResourceExhausted);
  CHECK(client.counters.limits[H2Limit::kHalfReceived] == 1);
  CHECK(client.Hear() == "RESET 3 CANCEL\n");

  client.Start(kEcho, "");
  client.Hear();
  client.Feed(Frame(NGHTTP2_HEADERS, 0, 5, "\x88"));
  client.connection->Due(kStart + 10s);
  CHECK(client.connection->broken());
  CHECK(client.counters.limits[H2Limit::kHeaderTime] == 1);
}
