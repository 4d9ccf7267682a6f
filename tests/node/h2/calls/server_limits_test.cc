// Each limit of a server's connection: reached, counted, and what becomes of the peer.
#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "tests/node/h2/frame_reader.h"
#include "tests/node/h2/frames.h"
#include "tests/node/h2/server_world.h"

using namespace ringlab;          // NOLINT(google-build-using-namespace): a test
using namespace ringlab::frames;  // NOLINT(google-build-using-namespace): a test
using namespace std::chrono_literals;

namespace {

constexpr const char* kLater = "/test.Test/Later";
constexpr const char* kEcho = "/test.Test/Echo";

struct Attacked : ServerWorld {
  explicit Attacked(H2Limits wanted = {}) : ServerWorld(wanted) {
    Feed(Preface());
    Hear();
  }
  std::string Hear(TimePoint now = kStart) { return reader.Read(Pull(now)); }
  std::uint64_t reached(H2Limit limit) const { return counters.limits[limit]; }

  Reader reader;
};

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string kCalm = " ENHANCE_YOUR_CALM ";

}  // namespace

TEST_CASE("h2 limits: streams at once") {
  Attacked server({.streams_max = 2});
  server.Feed(Call(1, kLater, "") + Call(3, kLater, ""));
  CHECK(server.Hear().empty());
  server.Feed(Headers(5, Request(kLater)));
  CHECK(Has(server.Hear(), "GOAWAY 3 PROTOCOL_ERROR"));  // it had acknowledged our SETTINGS
  CHECK(server.reached(H2Limit::kLibrary) == 1);
}

TEST_CASE("h2 limits: streams at once, before the peer can know") {
  ServerWorld server({.streams_max = 2});
  server.Feed(std::string(NGHTTP2_CLIENT_MAGIC) + Settings());
  for (std::uint32_t i = 0; i < 10; ++i) server.Feed(Call(2 * i + 1, kLater, ""));
  Reader reader;
  const std::string said = reader.Read(server.Pull());
  CHECK(Has(said, "RESET 5 REFUSED_STREAM"));
  CHECK(Has(said, "RESET 19 REFUSED_STREAM"));
  CHECK(server.waiting.size() == 2);
  CHECK(server.counters.calls == 2);
}

TEST_CASE("h2 limits: handlers at work, those of reset streams too") {
  Attacked server({.handlers_max = 3});
  for (std::uint32_t i = 0; i < 10; ++i) {
    server.Feed(Call(2 * i + 1, kLater, "") + Reset(2 * i + 1, NGHTTP2_CANCEL));
  }
  CHECK(server.waiting.size() == 3);
  CHECK(server.reached(H2Limit::kHandlers) == 7);
  server.Hear();
  server.AnswerNext(std::string("a"));
  server.Feed(Call(21, kEcho, "b"));
  CHECK(Has(server.Hear(), "DATA 21 " + Message("b")));
  CHECK(server.adds_up());
}

TEST_CASE("h2 limits: handlers at work in a node") {
  Attacked server({.handlers_node_max = 1});
  server.Feed(Call(1, kLater, ""));
  server.Connect();  // another connection
  server.Feed(Preface() + Call(1, kLater, ""));
  CHECK(Has(server.reader.Read(server.Pull()), "grpc-status=8"));
  CHECK(server.reached(H2Limit::kNodeHandlers) == 1);
  server.AnswerNext(std::string("late"));
  server.Feed(Call(3, kEcho, "b"));
  CHECK(Has(server.Hear(), "DATA 3 " + Message("b")));
}

TEST_CASE("h2 limits: header fields too large are refused politely") {
  Attacked server;
  server.Feed(Call(1, kEcho, "a", {{"x", std::string(9000, 'x')}}));
  CHECK(Has(server.Hear(), "grpc-status=8 grpc-message=the request's header fields are too large"));
  CHECK(server.reached(H2Limit::kHeaderBytes) == 1);
}

TEST_CASE("h2 limits: a bomb of header fields is cut") {
  Attacked server;
  // One field in the peer's table, then references to it, a byte each.
  std::string block = Block(Request(kEcho)) + '\x40' + Integer(1) + "x" + Integer(4000);
  block += std::string(4000, 'x') + std::string(12'000, '\xbe');
  server.Feed(Frame(NGHTTP2_HEADERS, kEndHeaders, 1, block));
  CHECK(Has(server.Hear(), "RESET 1 INTERNAL_ERROR"));
  CHECK(server.reached(H2Limit::kHeaderBytes) == 1);
  CHECK(server.counters.gone == 1);
  CHECK(server.connection->NextDue() == kNever);  // nor is the rest of the block waited for
}

TEST_CASE("h2 limits: CONTINUATIONs") {
  Attacked server;
  std::string flood = Frame(NGHTTP2_HEADERS, 0, 1, Block(Request(kEcho)));
  for (int i = 0; i < 200; ++i) flood += Frame(NGHTTP2_CONTINUATION, 0, 1, "");
  server.Feed(flood);
  CHECK(server.connection->broken());
  CHECK(server.reached(H2Limit::kLibrary) == 1);
}

TEST_CASE("h2 limits: half-received messages") {
  Attacked server({.half_received_bytes_max = 1000});
  for (std::uint32_t stream = 1; stream <= 5; stream += 2) {
    server.Feed(Headers(stream, Request(kEcho)) +
                Data(stream, Message(std::string(600, 'x')).substr(0, 400), 0));
  }
  CHECK(
      Has(server.Hear(), "HEADERS 5 end :status=200 content-type=application/grpc grpc-status=8"));
  CHECK(server.reached(H2Limit::kHalfReceived) == 1);
  server.Feed(Data(1, std::string(205, 'x')));
  CHECK(Has(server.Hear(), "HEADERS 1 end grpc-status=0"));
}

TEST_CASE("h2 limits: replies that nobody reads") {
  Attacked server({.unsent_bytes_max = 100'000});
  server.Feed(Call(1, kLater, "") + Call(3, kLater, ""));
  server.AnswerNext(std::string(90'000, 'x'));
  server.AnswerNext(std::string(90'000, 'x'));
  CHECK(
      Has(server.Hear(), "HEADERS 3 end :status=200 content-type=application/grpc grpc-status=8"));
  CHECK(server.reached(H2Limit::kUnsentBytes) == 1);
}

TEST_CASE("h2 limits: a peer that does not read is left") {
  Attacked server;
  server.Feed(Call(1, kLater, ""));
  server.AnswerNext(std::string(100'000, 'x'));
  server.Hear();
  CHECK(server.connection->NextDue() == kStart + 30s);
  server.Feed(WindowUpdate(1, 1000) + WindowUpdate(0, 1000), kStart + 20s);
  server.Hear(kStart + 20s);
  CHECK(server.connection->NextDue() == kStart + 50s);
  server.connection->Due(kStart + 50s);
  CHECK(server.connection->done());
  CHECK(server.reached(H2Limit::kStallTime) == 1);
}

TEST_CASE("h2 limits: no more is made ready than a socket takes") {
  Attacked server;
  server.Feed(WindowUpdate(0, 10'000'000) + WindowUpdate(0, 10'000'000));
  for (std::uint32_t stream = 1; stream < 200; stream += 2) {
    server.Feed(Call(stream, kEcho, std::string(16'000, 'x')));
  }
  OutChain out;
  server.connection->Pull(out, kStart);
  CHECK(out.size() >= server.limits.out_bytes_max);
  CHECK(out.size() < server.limits.out_bytes_max + 20'000);
}

TEST_CASE("h2 limits: replies of a method that is followed") {
  Attacked server({.follow_replies_max = 5});
  server.Feed(Settings(Setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0)));
  server.Feed(Call(1, "/grpc.health.v1.Health/Watch", ""));
  for (int i = 0; i < 10; ++i) {
    server.health->SetServing(i % 2 == 0);
    server.connection->LookAgain();
    server.Hear();
  }
  CHECK(server.reached(H2Limit::kFollowReplies) == 1);
  server.Feed(WindowUpdate(1, 1000));
  CHECK(Has(server.Hear(), "HEADERS 1 end grpc-status=8"));
  CHECK(server.adds_up());
}

TEST_CASE("h2 limits: stream ids") {
  Attacked server({.stream_id_last = 5});
  server.Feed(Call(1, kEcho, "a"));
  CHECK_FALSE(server.connection->draining());
  server.Feed(Call(5, kEcho, "a"));
  CHECK(server.connection->draining());
  CHECK(Has(server.Hear(), "GOAWAY 2147483647 NO_ERROR"));
  CHECK(server.reached(H2Limit::kStreamIds) == 1);
}

TEST_CASE("h2 limits: a greeting that does not end") {
  for (const std::string& part :
       {std::string(), Preface().substr(0, 10), Preface().substr(0, 33)}) {
    ServerWorld server;
    server.Feed(part);
    server.Pull();
    CHECK(server.connection->NextDue() == kStart + 10s);
    server.connection->Due(kStart + 10s);
    CHECK(server.connection->broken());
    CHECK(server.counters.limits[H2Limit::kHandshakeTime] == 1);
    server.Pull();
    CHECK(server.connection->done());
  }
}

TEST_CASE("h2 limits: a header block that does not end") {
  Attacked server;
  const std::string block = Block(Request(kEcho));
  server.Feed(Frame(NGHTTP2_HEADERS, 0, 1, block.substr(0, 20)));
  server.Feed(Frame(NGHTTP2_CONTINUATION, 0, 1, block.substr(20, 1)), kStart + 9s);
  CHECK(server.connection->NextDue() == kStart + 10s);
  server.connection->Due(kStart + 10s);
  CHECK(Has(server.Hear(), kCalm + "header_time"));
  CHECK(server.reached(H2Limit::kHeaderTime) == 1);
}

TEST_CASE("h2 limits: a request that does not end") {
  Attacked server;
  server.Feed(Headers(1, Request(kEcho)) + Data(1, "\0", 0));
  CHECK(server.connection->NextDue() == kStart + 60s);
  server.connection->Due(kStart + 60s);
  const std::string said = server.Hear(kStart + 60s);
  CHECK(Has(said, "grpc-status=4 grpc-message=the request did not end in time"));
  CHECK(Has(said, "RESET 1 NO_ERROR"));
  CHECK(server.reached(H2Limit::kBodyTime) == 1);
  CHECK_FALSE(server.connection->broken());
}

TEST_CASE("h2 limits: streams that the peer makes us reset") {
  Attacked server;
  std::string said;
  for (std::uint32_t i = 0; i < 200; ++i) {
    server.Feed(Headers(2 * i + 1, Request(kEcho)) + WindowUpdate(2 * i + 1, 0x7fffffff));
    said += server.Hear();
  }
  CHECK(Has(said, kCalm + "resets_sent"));
  CHECK(server.reached(H2Limit::kResetsSent) == 1);
  CHECK(server.counters.resets_sent == 101);
  CHECK(server.connection->done());
}

TEST_CASE("h2 limits: streams that the peer resets") {
  Attacked server;
  std::string said;
  for (std::uint32_t i = 0; i < 1200; ++i) {
    server.Feed(Headers(2 * i + 1, Request(kEcho)) + Reset(2 * i + 1, NGHTTP2_CANCEL));
    said += server.Hear();
  }
  CHECK(Has(said, "GOAWAY"));
  CHECK(server.connection->done());
  CHECK(server.reached(H2Limit::kLibrary) == 1);
  CHECK(server.counters.resets_received < 1010);
}

TEST_CASE("h2 limits: frames that carry nothing") {
  const std::string head = Headers(1, Request(kEcho));
  const std::string floods[] = {Data(1, "", 0),
                                Frame(NGHTTP2_DATA, NGHTTP2_FLAG_PADDED, 1, std::string(1, '\0')),
                                Frame(0xee, 0, 0, ""),
                                WindowUpdate(0, 1),
                                Frame(NGHTTP2_PRIORITY, 0, 3, Number(0, 4) + "x"),
                                Settings()};
  for (const std::string& frame : floods) {
    Attacked server;
    server.Feed(head);
    for (int i = 0; i < 9990; ++i) {
      server.Feed(frame);
      if (i % 50 == 0) server.Hear();  // a peer that reads
    }
    CHECK_FALSE(server.connection->broken());
    for (int i = 0; i < 20; ++i) server.Feed(frame);
    CHECK(Has(server.Hear(), kCalm + "idle_frames"));
    CHECK(server.reached(H2Limit::kIdleFrames) == 1);
  }
}

TEST_CASE("h2 limits: DATA that comes late for streams that we ended is forgiven, not for ever") {
  Attacked server({.idle_frames = {100, 1}});
  server.Feed(Headers(1, Request("/no/Such")));
  server.Hear();
  for (int i = 0; i < 64; ++i) server.Feed(Data(1, std::string(16'000, 'x'), 0));
  CHECK_FALSE(server.connection->broken());
  for (int i = 0; i < 64; ++i) server.Feed(Data(1, std::string(16'000, 'x'), 0));
  CHECK(server.reached(H2Limit::kIdleFrames) == 1);
}

TEST_CASE("h2 limits: what is sent pays for windows") {
  Attacked server({.idle_frames = {100, 1}});
  for (std::uint32_t i = 0; i < 1000; ++i) {
    server.Feed(Call(2 * i + 1, kEcho, "a") + WindowUpdate(0, 10));
    server.Hear();
  }
  CHECK_FALSE(server.connection->broken());
}

TEST_CASE("h2 limits: PINGs") {
  Attacked server;
  server.Feed(Ping() + Ping() + Ping());
  CHECK(server.Hear() == "PONG\nPONG\nPONG\n");
  server.Feed(Call(1, kEcho, "a"));
  server.Hear();
  server.Feed(Ping() + Ping() + Ping());  // a frame of ours lay between
  CHECK_FALSE(server.connection->broken());
  server.Feed(Ping(), kStart + 11s);
  CHECK_FALSE(server.connection->broken());
  server.Feed(Ping(), kStart + 12s);
  CHECK(Has(server.Hear(), kCalm + "too_many_pings"));
  CHECK(server.reached(H2Limit::kPings) == 1);
}

TEST_CASE("h2 limits: answers to PINGs that nobody reads") {
  Attacked server({.ping_strikes_max = 1'000'000});
  for (int i = 0; i < 200; ++i) server.Feed(Ping());
  CHECK(server.connection->broken());
  CHECK(server.reached(H2Limit::kLibrary) == 1);
}

TEST_CASE("h2 limits: frames queued for a peer that asks more than it reads") {
  Attacked server({.outbound_frames_max = 50});
  for (std::uint32_t i = 0; i < 60; ++i) server.Feed(Call(2 * i + 1, kEcho, "a"));
  CHECK(server.connection->broken());
  CHECK(server.reached(H2Limit::kOutboundFrames) == 1);
}

TEST_CASE("h2 limits: frames for streams that have ended") {
  Attacked server;
  server.Feed(Call(1, kEcho, "a"));
  server.Hear();
  SECTION("DATA") { server.Feed(Data(1, "")); }
  SECTION("HEADERS") { server.Feed(Call(1, kEcho, "a")); }
  CHECK(Has(server.Hear(), "GOAWAY 1 STREAM_CLOSED"));
  CHECK(server.waiting.empty());
}
