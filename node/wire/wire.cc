#include "node/wire/wire.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "node/wire/wire_parse.h"

namespace ringlab {

namespace {

// What every request says of its way here.
template <class Request, class Message>
void EncodeRoute(const Request& request, Message& message) {
  message.set_group(request.group.data(), request.group.size());
  message.set_hop(static_cast<std::uint32_t>(request.hop));
  message.set_origin(request.origin.data(), request.origin.size());
  message.set_ring_fingerprint(request.ring_fingerprint);
}

template <class Request, class Message>
void DecodeRoute(const Message& message, Request& request) {
  request.group = message.group();
  request.hop = message.hop() == 0 ? Hop::kCaller : Hop::kPeer;
  request.origin = message.origin();
  request.ring_fingerprint = message.ring_fingerprint();
}

// A code that we do not know is one of a later version's.
Code CodeOf(std::uint32_t code) {
  constexpr auto kMax = static_cast<std::uint32_t>(Code::kUnauthenticated);
  return code <= kMax ? static_cast<Code>(code) : Code::kUnknown;
}

}  // namespace

void KeepParsersQuiet() {
  [[maybe_unused]] static const auto before = google::protobuf::SetLogHandler(nullptr);
}

namespace {

// What stands before a field of bytes, and then "value = 1", as protobuf would write them; in front
// of the other fields, so that a large value is copied once.
void AppendSize(int field, std::size_t size, std::string& bytes) {
  std::array<std::uint8_t, 10> digits{};
  const auto* const end =
      google::protobuf::io::CodedOutputStream::WriteVarint64ToArray(size, digits.data());
  bytes += static_cast<char>(field << 3 | 2);
  bytes.append(reinterpret_cast<const char*>(digits.data()),
               static_cast<std::size_t>(end - digits.data()));
}

}  // namespace

std::string EncodePeekReply(const PeekReply& reply) {
  groupcachepb::PeekResponse message;
  message.set_value(reply.value.view().data(), reply.value.size());
  message.set_ttl_ns(reply.ttl.count());
  return message.SerializeAsString();
}

Result<PeekReply> DecodePeekReply(std::string_view bytes) {
  groupcachepb::PeekResponse message;
  if (!ParseMessage(bytes, message) || message.ttl_ns() < 0) {
    return Fail(Code::kInternal, "the peer's reply is not a PeekResponse message");
  }
  return PeekReply{.value = Value::Copy(message.value()), .ttl = Duration(message.ttl_ns())};
}

std::string EncodeGetManyRequest(const GetManyRequest& request) {
  groupcachepb::GetManyRequest message;
  EncodeRoute(request, message);
  for (const std::string_view key : request.keys) message.add_keys(key.data(), key.size());
  return message.SerializeAsString();
}

Result<GetManyRequest> DecodeGetManyRequest(std::string_view bytes,
                                            groupcachepb::GetManyRequest& message,
                                            std::vector<std::string_view>& keys) {
  if (!ParseMessage(bytes, message)) return NotA("GetManyRequest");
  GetManyRequest request;
  DecodeRoute(message, request);
  keys.assign(message.keys().begin(), message.keys().end());
  request.keys = keys;
  return request;
}

// By hand, so that values are copied once, and are in memory once more at the most.
std::string EncodeGetManyReply(const std::vector<Result<GetReply>>& replies) {
  constexpr std::size_t kOtherFields = 24;
  std::size_t size = 0;
  for (const Result<GetReply>& reply : replies) {
    size += kOtherFields + (reply ? reply->value.size() : reply.error().message.size());
  }
  std::string bytes;
  bytes.reserve(size);
  groupcachepb::KeyResult rest;  // but for the value
  std::string head;
  for (const Result<GetReply>& reply : replies) {
    rest.Clear();
    head.clear();
    if (reply) {
      if (reply->value.size() > 0) AppendSize(1, reply->value.size(), head);
      rest.set_level(static_cast<std::uint32_t>(reply->level));
    } else {
      rest.set_code(static_cast<std::uint32_t>(reply.error().code));
      rest.set_message(reply.error().message);
    }
    const std::size_t value_bytes = reply ? reply->value.size() : 0;
    AppendSize(1, head.size() + value_bytes + rest.ByteSizeLong(), bytes);
    bytes += head;
    if (reply) bytes += reply->value.view();
    rest.AppendToString(&bytes);
  }
  return bytes;
}

Result<std::vector<Result<GetReply>>> DecodeGetManyReply(std::string_view bytes, std::size_t keys) {
  groupcachepb::GetManyResponse message;
  if (!ParseMessage(bytes, message)) {
    return Fail(Code::kInternal, "the peer's reply is not a GetManyResponse message");
  }
  if (static_cast<std::size_t>(message.results_size()) != keys) {
    return Fail(Code::kInternal, "the peer answered " + std::to_string(message.results_size()) +
                                     " keys of " + std::to_string(keys));
  }
  std::vector<Result<GetReply>> replies;
  replies.reserve(keys);
  for (const auto& result : message.results()) {
    if (result.code() == 0) {
      replies.emplace_back(
          GetReply{.value = Value::Copy(result.value()), .level = LevelOf(result.level())});
    } else {
      replies.emplace_back(Fail(CodeOf(result.code()), result.message()));
    }
  }
  return replies;
}

std::string EncodeSetRequest(const SetRequest& request) {
  groupcachepb::SetRequest message;
  EncodeRoute(request, message);
  message.set_key(request.key.data(), request.key.size());
  message.set_value(request.value.data(), request.value.size());
  message.set_ttl_ns(request.ttl.count());
  message.set_hot(request.hot);
  return message.SerializeAsString();
}

Result<SetRequest> DecodeSetRequest(std::string_view bytes, std::int64_t unix_now_ns,
                                    groupcachepb::SetRequest& message) {
  if (!ParseMessage(bytes, message)) return NotA("SetRequest");
  SetRequest request;
  DecodeRoute(message, request);
  request.key = message.key();
  request.value = message.value();
  request.hot = message.hot();
  request.ttl = Duration(message.ttl_ns());
  if (message.expire_unix_ns() == 0) return request;
  if (message.ttl_ns() != 0) {
    return Fail(Code::kInvalidArgument, "ttl_ns and expire_unix_ns: one of them is accepted");
  }
  // In 128 bits: a hostile time must not overflow.
  __extension__ using Wide = __int128;
  const Wide left = Wide{message.expire_unix_ns()} - unix_now_ns;
  constexpr Wide kMax = Duration::max().count();
  constexpr Wide kMin = Duration::min().count();
  request.ttl = Duration(static_cast<std::int64_t>(std::clamp(left, kMin, kMax)));
  if (left == 0) request.ttl = Duration(-1);  // 0 would be the default
  return request;
}

std::string EncodeAnnouncement(const Announcement& announcement) {
  groupcachepb::AnnounceRequest message;
  message.set_name(announcement.name);
  message.set_leaving(announcement.leaving);
  message.set_unheard_ns(static_cast<std::uint64_t>(announcement.unheard.count()));
  message.set_missed(announcement.missed);
  return message.SerializeAsString();
}

Result<Announcement> DecodeAnnouncement(std::string_view bytes) {
  groupcachepb::AnnounceRequest message;
  if (!ParseMessage(bytes, message)) return NotA("AnnounceRequest");
  constexpr std::uint64_t kLongest = std::numeric_limits<Duration::rep>::max();
  return Announcement{
      .name = message.name(),
      .leaving = message.leaving(),
      .unheard = Duration(static_cast<Duration::rep>(std::min(message.unheard_ns(), kLongest))),
      .missed = message.missed()};
}

std::string EncodeRemoveRequest(const RemoveRequest& request) {
  groupcachepb::RemoveRequest message;
  EncodeRoute(request, message);
  message.set_key(request.key.data(), request.key.size());
  message.set_copies_only(request.copies_only);
  return message.SerializeAsString();
}

Result<RemoveRequest> DecodeRemoveRequest(std::string_view bytes,
                                          groupcachepb::RemoveRequest& message) {
  if (!ParseMessage(bytes, message)) return NotA("RemoveRequest");
  RemoveRequest request;
  DecodeRoute(message, request);
  request.key = message.key();
  request.copies_only = message.copies_only();
  return request;
}

}  // namespace ringlab
