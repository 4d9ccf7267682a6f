#include "node/etcd/wire.h"

#include <algorithm>
#include <utility>

#include "proto/etcd.pb.h"

namespace ringlab {

namespace {

// A hundred years: longer times to live are somebody's error, and must not overflow ours.
constexpr std::int64_t kSecondsMax = std::int64_t{100} * 365 * 24 * 3600;

Duration FromSeconds(std::int64_t seconds) {
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kSecondsMax));
}

template <class Message>
Result<Message> Parse(std::string_view bytes, const char* what) {
  Message message;
  constexpr std::size_t kBytesMax = std::size_t{1} << 30;
  if (bytes.size() < kBytesMax &&
      message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return message;
  }
  return Fail(Code::kInternal, std::string(what) + ": " + std::to_string(bytes.size()) +
                                   " bytes that are no such message; expected an etcd");
}

EtcdEntry EntryOf(etcdserverpb::KeyValue& kv) {
  return {.key = std::move(*kv.mutable_key()),
          .value = std::move(*kv.mutable_value()),
          .mod_revision = kv.mod_revision(),
          .lease = kv.lease()};
}

}  // namespace

std::string EncodeEtcdList(std::string_view prefix, std::int64_t limit) {
  etcdserverpb::RangeRequest message;
  message.set_key(std::string(prefix));
  message.set_range_end(EtcdPrefixEnd(std::string(prefix)));
  message.set_limit(limit);
  return message.SerializeAsString();
}

std::string EncodeEtcdPut(std::string_view key, std::string_view value, std::int64_t lease) {
  etcdserverpb::PutRequest message;
  message.set_key(std::string(key));
  message.set_value(std::string(value));
  message.set_lease(lease);
  return message.SerializeAsString();
}

std::string EncodeEtcdWatch(std::string_view prefix, std::int64_t from_revision) {
  etcdserverpb::WatchRequest message;
  auto& create = *message.mutable_create_request();
  create.set_key(std::string(prefix));
  create.set_range_end(EtcdPrefixEnd(std::string(prefix)));
  create.set_start_revision(from_revision);
  return message.SerializeAsString();
}

std::string EncodeEtcdGrant(Duration ttl) {
  etcdserverpb::LeaseGrantRequest message;
  message.set_ttl(std::chrono::ceil<std::chrono::seconds>(ttl).count());
  return message.SerializeAsString();
}

std::string EncodeEtcdRevoke(std::int64_t lease) {
  etcdserverpb::LeaseRevokeRequest message;
  message.set_id(lease);
  return message.SerializeAsString();
}

std::string EncodeEtcdKeepAlive(std::int64_t lease) {
  etcdserverpb::LeaseKeepAliveRequest message;
  message.set_id(lease);
  return message.SerializeAsString();
}

std::string EncodeEtcdAuthenticate(std::string_view user, std::string_view password) {
  etcdserverpb::AuthenticateRequest message;
  message.set_name(std::string(user));
  message.set_password(std::string(password));
  return message.SerializeAsString();
}

Result<EtcdListing> DecodeEtcdListing(std::string_view bytes) {
  auto message = Parse<etcdserverpb::RangeResponse>(bytes, "a listing");
  if (!message) return tl::unexpected<Error>(message.error());
  EtcdListing listing{
      .revision = message->header().revision(), .entries = {}, .cut = message->more()};
  for (etcdserverpb::KeyValue& kv : *message->mutable_kvs()) {
    listing.entries.push_back(EntryOf(kv));
  }
  return listing;
}

Result<std::int64_t> DecodeEtcdPut(std::string_view bytes) {
  auto message = Parse<etcdserverpb::PutResponse>(bytes, "the answer to a put");
  return message.map([](const auto& put) -> std::int64_t { return put.header().revision(); });
}

Result<EtcdNotice> DecodeEtcdNotice(std::string_view bytes) {
  auto message = Parse<etcdserverpb::WatchResponse>(bytes, "a message of a watch");
  if (!message) return tl::unexpected<Error>(message.error());
  EtcdNotice notice{.revision = message->header().revision(),
                    .created = message->created(),
                    .canceled = message->canceled(),
                    .compact_revision = message->compact_revision(),
                    .cancel_reason = message->cancel_reason(),
                    .events = {}};
  for (etcdserverpb::Event& event : *message->mutable_events()) {
    notice.events.push_back({.deleted = event.type() == etcdserverpb::Event::DELETE,
                             .entry = EntryOf(*event.mutable_kv())});
  }
  return notice;
}

Result<EtcdLease> DecodeEtcdGrant(std::string_view bytes) {
  auto message = Parse<etcdserverpb::LeaseGrantResponse>(bytes, "a lease");
  if (!message) return tl::unexpected<Error>(message.error());
  if (!message->error().empty()) return Fail(Code::kUnavailable, message->error());
  return EtcdLease{message->id(), FromSeconds(message->ttl())};
}

Result<EtcdLease> DecodeEtcdKeepAlive(std::string_view bytes) {
  auto message = Parse<etcdserverpb::LeaseKeepAliveResponse>(bytes, "the renewal of a lease");
  return message.map(
      [](const auto& lease) { return EtcdLease{lease.id(), FromSeconds(lease.ttl())}; });
}

Result<std::string> DecodeEtcdToken(std::string_view bytes) {
  auto message = Parse<etcdserverpb::AuthenticateResponse>(bytes, "a token");
  return message.map([](const auto& answer) -> std::string { return answer.token(); });
}

}  // namespace ringlab
