// The messages of a Get, by hand: each cached Get costs a node a request to read and a response to
// write, and protobuf took several times as long for these two as the cache for its answer
// (docs/decisions.md). The bytes are those of protobuf; tests/node/wire/wire_get_test.cc compares.
#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <string>
#include <string_view>

#include "node/wire/answer.h"
#include "node/wire/field_writer.h"
#include "node/wire/fields.h"
#include "node/wire/wire.h"
#include "node/wire/wire_parse.h"

namespace ringlab {

namespace {

// proto/cache.proto: fields of GetRequest and of GetResponse.
namespace get_request {
enum : std::uint32_t {
  kGroup = 1,
  kKey = 2,
  kHop = 101,
  kOrigin = 102,
  kRingFingerprint = 103,
  kExplain = 104,
  kTimed = 105,
};
}  // namespace get_request

namespace get_response {
enum : std::uint32_t {
  kValue = 1,
  kMinuteQps = 2,
  kLevel = 101,
  kCopyTtlNs = 102,
  kOwner = 103,
  kRingFingerprint = 104,
  kAgeNs = 105,
  kTookNs = 106,
  kQueueNs = 107,
  kHopNs = 108,
  kSourceNs = 109,
};
}  // namespace get_response

// What `write` writes, of at most so many bytes; the short ones with no more than one allocation.
template <class Write>
std::string Written(std::size_t bytes_max, const Write& write) {
  std::array<char, 512> room;  // NOLINT(cppcoreguidelines-pro-type-member-init): written first
  if (bytes_max <= room.size()) {
    FieldWriter writer(room.data());
    write(writer);
    return {room.data(), static_cast<std::size_t>(writer.at() - room.data())};
  }
  std::string bytes(bytes_max, '\0');
  FieldWriter writer(bytes.data());
  write(writer);
  bytes.resize(static_cast<std::size_t>(writer.at() - bytes.data()));
  return bytes;
}

std::uint64_t Bits(std::int64_t number) { return static_cast<std::uint64_t>(number); }
std::uint64_t Bits(float ns) { return Bits(static_cast<std::int64_t>(ns)); }

// All but the value, which stands in front of them.
void WriteRest(const GetReply& reply, const Answer* answer, const AnswerTimes* times,
               FieldWriter& to) {
  using namespace get_response;
  to.Fixed64(kMinuteQps, std::bit_cast<std::uint64_t>(static_cast<double>(reply.minute_qps)));
  to.Number(kLevel, static_cast<std::uint32_t>(reply.level));
  to.Number(kCopyTtlNs, Bits(reply.copy_ttl.count()));
  if (answer != nullptr) {
    to.Bytes(kOwner, answer->owner);
    to.Fixed64(kRingFingerprint, answer->ring);
    if (answer->age) to.Present(kAgeNs, Bits(answer->age->count()));
  }
  if (times != nullptr) {
    to.Number(kTookNs, Bits(times->took));
    to.Number(kQueueNs, Bits(times->queue));
    to.Number(kHopNs, Bits(times->hop));
    to.Number(kSourceNs, Bits(times->source));
  } else if (answer != nullptr) {
    to.Number(kTookNs, Bits(answer->took.count()));
  }
}

float ToNs(std::uint64_t ns) {
  return static_cast<float>(std::max<std::int64_t>(static_cast<std::int64_t>(ns), 0));
}

void Take(const FieldReader& field, std::string_view& value, GetReply& reply) {
  using namespace get_response;
  using enum FieldKind;
  switch (field.tag()) {
    case FieldTag(kValue, kBytes): value = field.bytes(); break;
    case FieldTag(kMinuteQps, kFixed64):
      reply.minute_qps = static_cast<float>(std::bit_cast<double>(field.number()));
      break;
    case FieldTag(kLevel, kVarint):
      reply.level = LevelOf(static_cast<std::uint32_t>(field.number()));
      break;
    case FieldTag(kCopyTtlNs, kVarint):
      reply.copy_ttl = Duration(static_cast<std::int64_t>(field.number()));
      break;
    case FieldTag(kTookNs, kVarint): reply.times.took = ToNs(field.number()); break;
    case FieldTag(kQueueNs, kVarint): reply.times.queue = ToNs(field.number()); break;
    case FieldTag(kHopNs, kVarint): reply.times.hop = ToNs(field.number()); break;
    case FieldTag(kSourceNs, kVarint): reply.times.source = ToNs(field.number()); break;
    default: break;
  }
}

}  // namespace

std::string EncodeGetRequest(const GetRequest& request) {
  using namespace get_request;
  constexpr std::size_t kFields = 7;
  const std::size_t texts = request.group.size() + request.key.size() + request.origin.size();
  return Written(texts + kFields * FieldWriter::kFieldBytesMax, [&request](FieldWriter& to) {
    to.Bytes(kGroup, request.group);
    to.Bytes(kKey, request.key);
    to.Number(kHop, static_cast<std::uint32_t>(request.hop));
    to.Bytes(kOrigin, request.origin);
    to.Fixed64(kRingFingerprint, request.ring_fingerprint);
    to.Number(kTimed, request.timed ? 1 : 0);
  });
}

Result<GetRequest> DecodeGetRequest(std::string_view bytes, bool* explain) {
  using namespace get_request;
  using enum FieldKind;
  Result<GetRequest> request;
  FieldReader field(bytes);
  while (field.Next()) {
    switch (field.tag()) {
      case FieldTag(kGroup, kBytes): request->group = field.bytes(); break;
      case FieldTag(kKey, kBytes): request->key = field.bytes(); break;
      case FieldTag(kHop, kVarint):
        request->hop = static_cast<std::uint32_t>(field.number()) == 0 ? Hop::kCaller : Hop::kPeer;
        break;
      case FieldTag(kOrigin, kBytes): request->origin = field.bytes(); break;
      case FieldTag(kRingFingerprint, kFixed64): request->ring_fingerprint = field.number(); break;
      case FieldTag(kExplain, kVarint):
        if (explain != nullptr) *explain = field.number() != 0;
        break;
      case FieldTag(kTimed, kVarint): request->timed = field.number() != 0; break;
      default: break;  // another dialect's, or a later version's
    }
  }
  if (field.failed()) return NotA("GetRequest");
  return request;
}

std::string EncodeGetReply(const GetReply& reply, const Answer* answer, const AnswerTimes* times) {
  constexpr std::size_t kOtherFields = 11;
  constexpr std::size_t kCopiedOnceFrom = 256;
  const std::string_view value = reply.value.view();
  const std::size_t rest_max =
      kOtherFields * FieldWriter::kFieldBytesMax + (answer == nullptr ? 0 : answer->owner.size());
  if (value.size() < kCopiedOnceFrom) {
    return Written(value.size() + rest_max, [&](FieldWriter& to) {
      to.Bytes(get_response::kValue, value);
      WriteRest(reply, answer, times, to);
    });
  }
  std::string bytes;
  bytes.reserve(value.size() + rest_max);
  bytes += Written(FieldWriter::kFieldBytesMax,
                   [&](FieldWriter& to) { to.Size(get_response::kValue, value.size()); });
  bytes += value;
  bytes += Written(rest_max, [&](FieldWriter& to) { WriteRest(reply, answer, times, to); });
  return bytes;
}

Result<GetReply> DecodeGetReply(std::string_view bytes) {
  Result<GetReply> reply;
  std::string_view value;
  FieldReader field(bytes);
  while (field.Next()) Take(field, value, *reply);
  if (field.failed()) {
    return Fail(Code::kInternal, "the peer's reply is not a GetResponse message");
  }
  reply->value = Value::Copy(value);
  return reply;
}

}  // namespace ringlab
