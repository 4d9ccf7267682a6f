// The messages of a Get, which are read and written by hand, against protobuf's own: the same bytes
// out, the same fields in, and the same bytes refused, whatever they are.
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "node/wire/answer.h"
#include "node/wire/wire.h"
#include "node/wire/wire_parse.h"

namespace ringlab {
namespace {

// What protobuf makes of the bytes, in our words; nothing when they are no message to it.
struct Reference {
  GetRequest request;  // views into the message
  bool explain = false;
};

std::optional<Reference> ByProtobuf(std::string_view bytes, groupcachepb::GetRequest& message) {
  if (!ParseMessage(bytes, message)) return std::nullopt;
  return Reference{.request = {.group = message.group(),
                               .key = message.key(),
                               .hop = message.hop() == 0 ? Hop::kCaller : Hop::kPeer,
                               .timed = message.timed(),
                               .origin = message.origin(),
                               .ring_fingerprint = message.ring_fingerprint()},
                   .explain = message.explain()};
}

void CheckRequest(std::string_view bytes) {
  groupcachepb::GetRequest message;
  const auto expected = ByProtobuf(bytes, message);
  bool explain = false;
  const auto request = DecodeGetRequest(bytes, &explain);
  RC_ASSERT(request.has_value() == expected.has_value());
  if (!request) return;
  RC_ASSERT(request->group == expected->request.group);
  RC_ASSERT(request->key == expected->request.key);
  RC_ASSERT((request->hop == expected->request.hop));
  RC_ASSERT(request->timed == expected->request.timed);
  RC_ASSERT(request->origin == expected->request.origin);
  RC_ASSERT(request->ring_fingerprint == expected->request.ring_fingerprint);
  RC_ASSERT(explain == expected->explain);
}

void CheckReply(std::string_view bytes) {
  groupcachepb::GetResponse message;
  const bool expected = ParseMessage(bytes, message);
  const auto reply = DecodeGetReply(bytes);
  RC_ASSERT(reply.has_value() == expected);
  if (!reply) return;
  const auto ns = [](std::int64_t time) {
    return static_cast<float>(std::max<std::int64_t>(time, 0));
  };
  RC_ASSERT(reply->value.view() == message.value());
  RC_ASSERT((reply->level == LevelOf(message.level())));
  const auto qps = static_cast<float>(message.minute_qps());
  RC_ASSERT((reply->minute_qps == qps || (qps != qps && reply->minute_qps != reply->minute_qps)));
  RC_ASSERT(reply->copy_ttl.count() == message.copy_ttl_ns());
  RC_ASSERT((reply->times == AnswerTimes{.took = ns(message.took_ns()),
                                         .queue = ns(message.queue_ns()),
                                         .hop = ns(message.hop_ns()),
                                         .source = ns(message.source_ns())}));
}

// A number in as many bytes as it takes, and sometimes in more, or beyond 64 bits, or without end.
std::string AVarint(std::uint64_t number) {
  std::string bytes;
  for (; number >= 0x80; number >>= 7) bytes += static_cast<char>(number | 0x80);
  bytes += static_cast<char>(number);
  const int longer = *rc::gen::weightedElement<int>({{12, 0}, {1, 1}, {1, 3}, {1, 9}});
  for (int i = 0; i < longer; ++i) {
    bytes.back() = static_cast<char>(bytes.back() | 0x80);
    bytes += static_cast<char>(*rc::gen::element(0, 0, 0, 1, 0x7f));
  }
  return bytes;
}

std::uint64_t ANumber() {
  return *rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(0, 300),
                         rc::gen::arbitrary<std::uint64_t>(),
                         rc::gen::element<std::uint64_t>(0, 1, std::uint64_t{1} << 32,
                                                         std::uint64_t{1} << 63, UINT64_MAX));
}

// One field, known or not, well laid out or nearly so; groups hold fields.
std::string AField(int depth) {
  const auto number = *rc::gen::weightedOneOf<std::uint64_t>(
      {{8, rc::gen::element<std::uint64_t>(1, 2, 101, 102, 103, 104, 105, 106, 107, 108, 109)},
       {2, rc::gen::inRange<std::uint64_t>(0, 200)},
       {1, rc::gen::arbitrary<std::uint64_t>()}});
  const auto kind = static_cast<std::uint64_t>(*rc::gen::weightedElement<int>(
      {{6, 0}, {3, 1}, {6, 2}, {depth > 0 ? 2 : 0, 3}, {1, 4}, {3, 5}, {1, 6}, {1, 7}}));
  std::string bytes = AVarint(number << 3 | kind);
  switch (kind) {
    case 0: return bytes + AVarint(ANumber());
    case 1: return bytes + std::string(8, static_cast<char>(*rc::gen::inRange(0, 256)));
    case 2: {
      const auto text = *rc::gen::arbitrary<std::string>();
      const auto said = *rc::gen::weightedElement<std::size_t>({{12, 0}, {1, 1}, {1, 1000}});
      return bytes + AVarint(text.size() + said) + text;
    }
    case 3: {
      const int fields = *rc::gen::inRange(0, 3);
      for (int i = 0; i < fields; ++i) bytes += AField(depth - 1);
      const std::uint64_t end = *rc::gen::weightedElement<std::uint64_t>({{9, 0}, {1, 1}}) + number;
      return bytes + AVarint(end << 3 | 4);
    }
    case 5: return bytes + std::string(4, 'f');
    default: return bytes;
  }
}

std::string SomeFields() {
  std::string bytes;
  const int fields = *rc::gen::inRange(0, 6);
  for (int i = 0; i < fields; ++i) bytes += AField(2);
  return bytes;
}

// Some are cut, and in some one byte is another.
std::string Damaged(std::string bytes) {
  if (bytes.empty()) return bytes;
  const int how = *rc::gen::weightedElement<int>({{6, 0}, {1, 1}, {1, 2}});
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  if (how == 1) bytes.resize(at);
  if (how == 2) bytes[at] = static_cast<char>(*rc::gen::inRange(0, 256));
  return bytes;
}

void CheckBoth(std::string_view bytes) {
  CheckRequest(bytes);
  CheckReply(bytes);
}

TEST_CASE("what protobuf takes for a Get's message is taken, to the same fields") {
  KeepParsersQuiet();
  REQUIRE(rc::check("arbitrary bytes", [](const std::string& bytes) { CheckBoth(bytes); }));
  REQUIRE(rc::check("fields in any layout", [] { CheckBoth(Damaged(SomeFields())); }));
  REQUIRE(rc::check("a field after another", [] {
    const std::string first = AField(0);
    CheckBoth(first + AField(0));
  }));
}

TEST_CASE("numbers that are longer than they need to be are taken as protobuf takes them") {
  // A field's tag, its size and its value, each with more and more bytes that say nothing.
  for (const std::string& head : {std::string(), std::string("\x0a"), std::string("\xa8\x06")}) {
    for (std::size_t more = 0; more < 14; ++more) {
      for (const char last : {'\0', '\x01', '\x07', '\x08', '\x0f', '\x10', '\x7f'}) {
        for (const int first : {0x80, 0x81, 0x8a, 0xa8, 0xff}) {
          std::string bytes = head + static_cast<char>(first);
          bytes += std::string(more, '\x80') + last;
          CheckBoth(bytes);
          CheckBoth(bytes + "\x01v");
        }
      }
    }
  }
}

TEST_CASE("groups are passed over as deep as protobuf goes, and no deeper") {
  for (int depth = 95; depth < 106; ++depth) {
    std::string bytes;
    for (int i = 0; i < depth; ++i) bytes += '\x1b';  // field 3
    CheckBoth(bytes);
    for (int i = 0; i < depth; ++i) bytes += '\x1c';
    CheckBoth(bytes);
    const bool taken = DecodeGetRequest(bytes).has_value();
    REQUIRE(taken == (depth <= 100));
  }
}

TEST_CASE("requests are written as protobuf writes them") {
  REQUIRE(rc::check("request", [](const std::string& group, const std::string& key,
                                  const std::string& origin, std::uint64_t fingerprint) {
    const auto timed = *rc::gen::arbitrary<bool>();
    const auto peer = *rc::gen::arbitrary<bool>();
    const auto times = *rc::gen::element<std::size_t>(1, 1, 10, 200);
    std::string long_key;
    for (std::size_t i = 0; i < times; ++i) long_key += key;
    groupcachepb::GetRequest message;
    message.set_group(group);
    message.set_key(long_key);
    message.set_hop(peer ? 1 : 0);
    message.set_origin(origin);
    message.set_ring_fingerprint(fingerprint);
    message.set_timed(timed);
    RC_ASSERT(EncodeGetRequest({.group = group,
                                .key = long_key,
                                .hop = peer ? Hop::kPeer : Hop::kCaller,
                                .timed = timed,
                                .origin = origin,
                                .ring_fingerprint = fingerprint}) == message.SerializeAsString());
  }));
}

// A reply, how it was answered and how long that took, in our words and in protobuf's.
struct SomeReply {
  GetReply reply;
  std::string owner;
  Answer answer;
  AnswerTimes times;
};

SomeReply AReply() {
  SomeReply some;
  const auto size = *rc::gen::element<std::size_t>(0, 1, 100, 127, 128, 255, 256, 511, 512, 70'000);
  some.reply.value = Value::Copy(std::string(size, 'v'));
  some.reply.level = static_cast<Level>(*rc::gen::inRange(0, static_cast<int>(kLevels)));
  some.reply.minute_qps = *rc::gen::element(0.0F, -0.0F, 1.5F, 1e30F);
  some.reply.copy_ttl = Duration(*rc::gen::element<std::int64_t>(0, 1, -1, INT64_MAX));
  some.owner = std::string(*rc::gen::element<std::size_t>(0, 2, 300, 600), 'o');
  some.answer.ring = *rc::gen::arbitrary<std::uint64_t>();
  if (*rc::gen::arbitrary<bool>()) some.answer.age = Duration(*rc::gen::inRange(-1, 3));
  some.answer.took = Duration(*rc::gen::inRange(0, 3));
  some.times = {.took = *rc::gen::element(0.0F, 1.0F, 1e9F),
                .queue = *rc::gen::element(0.0F, 7.0F),
                .hop = *rc::gen::element(0.0F, 130.0F),
                .source = *rc::gen::element(0.0F, 1e6F)};
  return some;
}

TEST_CASE("replies are written as protobuf writes them") {
  REQUIRE(rc::check("reply", [] {
    const SomeReply some = AReply();
    Answer answer = some.answer;
    answer.owner = some.owner;
    const auto explained = *rc::gen::arbitrary<bool>();
    const auto timed = *rc::gen::arbitrary<bool>();
    groupcachepb::GetResponse message;
    message.set_value(std::string(some.reply.value.view()));
    message.set_level(static_cast<std::uint32_t>(some.reply.level));
    message.set_minute_qps(some.reply.minute_qps);
    message.set_copy_ttl_ns(some.reply.copy_ttl.count());
    if (explained) {
      message.set_owner(some.owner);
      message.set_ring_fingerprint(answer.ring);
      if (answer.age) message.set_age_ns(answer.age->count());
      message.set_took_ns(answer.took.count());
    }
    if (timed) {
      message.set_took_ns(static_cast<std::int64_t>(some.times.took));
      message.set_queue_ns(static_cast<std::int64_t>(some.times.queue));
      message.set_hop_ns(static_cast<std::int64_t>(some.times.hop));
      message.set_source_ns(static_cast<std::int64_t>(some.times.source));
    }
    RC_ASSERT(EncodeGetReply(some.reply, explained ? &answer : nullptr,
                             timed ? &some.times : nullptr) == message.SerializeAsString());
  }));
}

}  // namespace
}  // namespace ringlab
