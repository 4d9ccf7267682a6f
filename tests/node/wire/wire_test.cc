#include "node/wire/wire.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "node/grpc/bytes.h"

namespace ringlab {
namespace {

std::string Hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

std::string FromHex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

// The bytes that every groupcache dialect sends and expects: golden vectors, made with protoc by
// hand from the schemas of golang/groupcache and its descendants.
TEST_CASE("a plain request is the golden bytes of every dialect") {
  const std::string golden = "0a0673636f7265731203546f6d";
  REQUIRE(Hex(EncodeGetRequest({.group = "scores", .key = "Tom"})) == golden);
  const std::string bytes = FromHex(golden);
  const auto request = DecodeGetRequest(bytes);
  REQUIRE(request);
  REQUIRE(request->group == "scores");
  REQUIRE(request->key == "Tom");
  REQUIRE(request->hop == Hop::kCaller);
  REQUIRE(request->deadline == kNever);
  REQUIRE(request->origin.empty());
  REQUIRE(request->ring_fingerprint == 0);
}

TEST_CASE("a plain reply is the golden bytes of every dialect") {
  REQUIRE(Hex(EncodeGetReply({Value::Copy("630"), Level::kCache})) == "0a03363330");
  for (const char* golden :
       {"0a03363330", "0a0336333011000000000000f83f"}) {  // with minute_qps 1.5
    const auto reply = DecodeGetReply(FromHex(golden));
    REQUIRE(reply);
    REQUIRE(reply->value.view() == "630");
    REQUIRE(reply->level == Level::kCache);
  }
}

TEST_CASE("fields of ours have numbers from 101 that no dialect uses") {
  // 101 varint: a806 (a8 06), 102 bytes: b206, 103 fixed64: b906, little-endian.
  const std::string bytes = EncodeGetRequest({.group = "g",
                                              .key = "k",
                                              .hop = Hop::kPeer,
                                              .origin = "n7",
                                              .ring_fingerprint = 0x1122334455667788});
  REQUIRE(Hex(bytes) ==
          "0a016712016b"
          "a80601"
          "b206026e37"
          "b9068877665544332211");
  REQUIRE(Hex(EncodeGetReply({Value::Copy("v"), Level::kSource})) ==
          "0a0176"
          "a80602");
}

TEST_CASE("a request may ask for times, and a reply has them, whatever a peer says of them") {
  const std::string asks = EncodeGetRequest({.group = "g", .key = "k", .timed = true});
  REQUIRE(Hex(asks) == "0a016712016bc80601");
  REQUIRE(DecodeGetRequest(asks)->timed);
  const AnswerTimes times{.took = 5000, .queue = 1000, .hop = 0, .source = 3000};
  const std::string told = EncodeGetReply({Value::Copy("v"), Level::kCache}, nullptr, &times);
  REQUIRE(DecodeGetReply(told)->times == times);
  REQUIRE(DecodeGetReply(EncodeGetReply({Value::Copy("v"), Level::kCache}))->times ==
          AnswerTimes{});
  groupcachepb::GetResponse odd;
  odd.set_took_ns(-1);
  odd.set_source_ns(std::numeric_limits<std::int64_t>::max());
  const auto reply = DecodeGetReply(odd.SerializeAsString());
  REQUIRE(reply->times.took == 0);
  REQUIRE(reply->times.source > 9e18F);
}

TEST_CASE("fields of other dialects are passed over") {
  // A Set's value (3), expiry (4) and hot flag (5), and an expiry (3) in a reply.
  const std::string set = FromHex(
      "0a016712016b"
      "1a0376616c"
      "20e807"
      "2801");
  const auto request = DecodeGetRequest(set);
  REQUIRE(request);
  REQUIRE(request->key == "k");
  const auto reply =
      DecodeGetReply(FromHex("0a0176"
                             "18ffffffffffffffff7f"));
  REQUIRE(reply);
  REQUIRE(reply->value.view() == "v");
}

TEST_CASE("keys and names need not be UTF-8 and values may be anything") {
  const std::string odd("\xff\xfe\0 \xc3\x28", 6);
  const std::string bytes = EncodeGetRequest({.group = odd, .key = odd, .origin = odd});
  const auto request = DecodeGetRequest(bytes);
  REQUIRE(request);
  REQUIRE(request->group == odd);
  REQUIRE(request->key == odd);
  REQUIRE(request->origin == odd);
  NodeStats named;
  named.name = odd;
  named.ring.nodes = {odd};
  named.groups = {{odd, {}}};
  const auto stats = DecodeStats(EncodeStats(named));
  REQUIRE(stats);
  REQUIRE(stats->name == odd);
  REQUIRE(stats->ring.nodes == named.ring.nodes);
  REQUIRE(stats->groups[0].first == odd);
  const auto reply = DecodeGetReply(EncodeGetReply({Value::Copy(odd), Level::kPeer}));
  REQUIRE(reply);
  REQUIRE(reply->value.view() == odd);
  REQUIRE(reply->level == Level::kPeer);
}

TEST_CASE("a value of no bytes is a value") {
  const auto reply = DecodeGetReply("");
  REQUIRE(reply);
  REQUIRE(reply->value);
  REQUIRE(reply->value.size() == 0);
}

TEST_CASE("numbers that we do not know are read as the nearest that we do") {
  const std::string bytes = FromHex(
      "12016b"
      "a80609");  // hop 9: it has travelled
  REQUIRE(DecodeGetRequest(bytes)->hop == Hop::kPeer);
  REQUIRE(DecodeGetReply(FromHex("a80663"))->level == Level::kPeer);  // somebody had it
}

TEST_CASE("a message cut short is refused, not half read") {
  const std::string whole = EncodeGetRequest(
      {.group = "scores", .key = "Tom", .hop = Hop::kPeer, .origin = "n1", .ring_fingerprint = 7});
  int refused = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto request = DecodeGetRequest(std::string_view(whole).substr(0, size));
    if (!request) {
      REQUIRE(request.error().code == Code::kInvalidArgument);
      ++refused;
    }
  }
  REQUIRE(refused == static_cast<int>(whole.size()) - 5);  // all but the ends of the five fields
  const auto reply = DecodeGetReply(FromHex("0a0336"));
  REQUIRE_FALSE(reply);
  REQUIRE(reply.error().code == Code::kInternal);
  REQUIRE_FALSE(DecodeStats(FromHex("0a0336")));
}

TEST_CASE("requests and replies come through the wire as they were") {
  REQUIRE(rc::check("request", [](const std::string& group, const std::string& key, bool peer,
                                  std::uint64_t fingerprint) {
    const std::string bytes = EncodeGetRequest({.group = group,
                                                .key = key,
                                                .hop = peer ? Hop::kPeer : Hop::kCaller,
                                                .origin = "n1",
                                                .ring_fingerprint = fingerprint});
    const auto request = DecodeGetRequest(bytes);
    RC_ASSERT(request.has_value());
    RC_ASSERT(request->group == group);
    RC_ASSERT(request->key == key);
    RC_ASSERT((request->hop == Hop::kPeer) == peer);
    RC_ASSERT(request->origin == "n1");
    RC_ASSERT(request->ring_fingerprint == fingerprint);
  }));
  REQUIRE(rc::check("reply", [](const std::string& value) {
    const auto reply = DecodeGetReply(EncodeGetReply({Value::Copy(value), Level::kSource}));
    RC_ASSERT(reply.has_value());
    RC_ASSERT(reply->value.view() == value);
  }));
}

TEST_CASE("whatever bytes come, they are a message or an error") {
  REQUIRE(rc::check("arbitrary bytes", [](const std::string& bytes) {
    const auto request = DecodeGetRequest(bytes);
    RC_ASSERT(request || request.error().code == Code::kInvalidArgument);
    const auto reply = DecodeGetReply(bytes);
    RC_ASSERT(reply || reply.error().code == Code::kInternal);
    const auto stats = DecodeStats(bytes);
    RC_ASSERT(stats || stats.error().code == Code::kInternal);
  }));
  REQUIRE(rc::check("damaged messages", [] {
    std::string bytes = EncodeGetRequest({.group = "scores", .key = "Tom", .origin = "n1"});
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    bytes[at] = static_cast<char>(*rc::gen::inRange(0, 256));
    const auto request = DecodeGetRequest(bytes);
    RC_ASSERT(request || request.error().code == Code::kInvalidArgument);
  }));
}

// Every counter a value of its own, so that two that are swapped on the way show.
NodeStats NumberedStats() {
  NodeStats stats;
  stats.name = "n1";
  stats.version = "0.1";
  stats.ring = {"xx64", 160, {"n0", "n1"}, 0xfedcba9876543210ULL, 3};
  std::uint64_t next = 1000;
  GroupStats group;
  for (std::uint64_t GroupStats::* field : {&GroupStats::gets,
                                            &GroupStats::gets_from_peers,
                                            &GroupStats::invalid,
                                            &GroupStats::hits,
                                            &GroupStats::hits_from_peers,
                                            &GroupStats::joined,
                                            &GroupStats::led,
                                            &GroupStats::refused,
                                            &GroupStats::late_hits,
                                            &GroupStats::peer_loads,
                                            &GroupStats::peer_ok,
                                            &GroupStats::peer_final,
                                            &GroupStats::peer_errors,
                                            &GroupStats::fallbacks,
                                            &GroupStats::fallbacks_refused,
                                            &GroupStats::source_loads_own,
                                            &GroupStats::source_loads,
                                            &GroupStats::source_ok,
                                            &GroupStats::source_not_found,
                                            &GroupStats::source_errors,
                                            &GroupStats::answered_ok,
                                            &GroupStats::answered_not_found,
                                            &GroupStats::answered_timeout,
                                            &GroupStats::answered_error}) {
    group.*field = next++;
  }
  for (std::uint64_t CacheStats::* field :
       {&CacheStats::items, &CacheStats::used_bytes, &CacheStats::budget_bytes,
        &CacheStats::inserts, &CacheStats::replaced, &CacheStats::evicted, &CacheStats::oversize}) {
    group.cache.*field = next++;
  }
  stats.groups = {{"default", group}, {"scores", {}}};
  stats.process = {42, std::chrono::milliseconds(1500), std::uint64_t{1} << 40};
  return stats;
}

TEST_CASE("stats come through the wire with every figure in its place") {
  const std::string bytes = EncodeStats(NumberedStats());
  const auto stats = DecodeStats(bytes);
  REQUIRE(stats);
  REQUIRE(EncodeStats(*stats) == bytes);
  REQUIRE(stats->name == "n1");
  REQUIRE(stats->version == "0.1");
  REQUIRE(stats->ring.dialect == "xx64");
  REQUIRE(stats->ring.replicas == 160);
  REQUIRE(stats->ring.nodes == std::vector<std::string>{"n0", "n1"});
  REQUIRE(stats->ring.fingerprint == 0xfedcba9876543210ULL);
  REQUIRE(stats->ring.epoch == 3);
  REQUIRE(stats->groups.size() == 2);
  REQUIRE(stats->groups[0].first == "default");
  REQUIRE(stats->groups[1].first == "scores");
  const GroupStats& group = stats->groups[0].second;
  REQUIRE(group.gets == 1000);
  REQUIRE(group.source_loads == 1016);
  REQUIRE(group.answered_error == 1023);
  REQUIRE(group.cache.items == 1024);
  REQUIRE(group.cache.oversize == 1030);
  REQUIRE(stats->process.pid == 42);
  REQUIRE(stats->process.cpu == std::chrono::milliseconds(1500));
  REQUIRE(stats->process.resident_bytes == std::uint64_t{1} << 40);
}

TEST_CASE("bytes are the same through a gRPC buffer, in one slice or several") {
  for (const std::size_t size : {0, 1, 100, 8191, 8192, 1'000'000}) {
    const std::string bytes(size, 'b');
    REQUIRE(ContiguousBytes(ToByteBuffer(bytes)).view() == bytes);
  }
  const grpc::Slice slices[] = {grpc::Slice("one "), grpc::Slice("two "), grpc::Slice("three")};
  REQUIRE(ContiguousBytes(grpc::ByteBuffer(slices, 3)).view() == "one two three");
  REQUIRE(ContiguousBytes(grpc::ByteBuffer()).view().empty());
}

}  // namespace
}  // namespace ringlab
