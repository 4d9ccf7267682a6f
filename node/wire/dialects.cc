#include "node/wire/dialects.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "core/base/hash.h"
#include "node/live/unix_time.h"
#include "node/wire/cache_service.h"
#include "node/wire/wire_parse.h"
#include "proto/dialects/galaxycache.pb.h"
#include "proto/dialects/gaocache.pb.h"
#include "proto/dialects/geecache.pb.h"
#include "proto/dialects/peanutcache.pb.h"
#include "proto/dialects/springcache.pb.h"

namespace ringlab {

namespace {

// How a system names its method, and what it says without a key and without a group.
struct Dialect {
  const char* service;
  const char* key_missing;
  const char* group_missing;
  bool names_group = false;  // after that
};

constexpr Dialect kGeecache = {"geecachepb.GroupCache", "key is required", kNoSuchGroup, true};
constexpr Dialect kGaocacheText = {"gaocachepb.PeanutCache", "key required", "group not found"};
constexpr Dialect kGaocacheCode = {"gaocachepb.Gaocache", "key required", "group not found"};
constexpr Dialect kPeanutcache = {"peanutcachepb.PeanutCache", "key required", "group not found"};
// springcache ends at an unknown group, and so has no words for it.
constexpr Dialect kSpringcache = {"springcachepb.SpringCache", "springcache: key is empty",
                                  kNoSuchGroup, true};
constexpr const char* kSpringcacheSetKeyMissing = "key is empty";
constexpr const char* kGalaxycacheService = "galaxycachepb.GalaxyCache";

using DoorPtr = std::shared_ptr<const Door>;

// Errors of Go's fmt.Errorf and errors.New have no code.
MethodReply InGo(Error error) {
  switch (error.code) {
    case Code::kDeadlineExceeded:
    case Code::kResourceExhausted:
    case Code::kUnavailable: break;
    default: error.code = Code::kUnknown;
  }
  return tl::unexpected<Error>(std::move(error));
}

Result<Group*> FindGroupIn(const Dialect& dialect, const Door& door, std::string_view name) {
  auto group = FindGroup(door.groups, name);
  if (group) return group;
  std::string why = dialect.group_missing;
  if (dialect.names_group) why += name;
  return Fail(Code::kUnknown, std::move(why));
}

// Whoever asks is a caller to us, also another system's node: the request may go to its owner.
template <class Request, class Response>
void ServeGetAs(const Dialect& dialect, const Door& door, const IncomingCall& call,
                ReplyCallback&& done) {
  Request message;
  if (!ParseMessage(call.request, message)) {
    return done(Fail(Code::kUnknown, "the request is not a Get message"));
  }
  if (message.key().empty()) return done(Fail(Code::kUnknown, dialect.key_missing));
  const auto group = FindGroupIn(dialect, door, message.group());
  if (!group) return done(tl::unexpected<Error>(group.error()));
  Entry entry(door, Hop::kCaller);
  if (!entry) return done(Refused(entry));
  (*group)->Get({.group = message.group(),
                 .key = message.key(),
                 .deadline = call.deadline,
                 .trace = call.trace},
                [entry = std::move(entry), done = std::move(done)](auto reply) mutable {
                  entry.Leave(reply);
                  if (!reply) return done(InGo(std::move(reply.error())));
                  Response answer;
                  answer.set_value(reply->value.view().data(), reply->value.size());
                  done(answer.SerializeAsString());
                });
}

// The time to live of an expiry in Unix seconds: 0 for none given, negative when it has passed.
Duration SpringcacheTtl(std::int64_t expire_s) {
  if (expire_s == 0) return {};
  constexpr std::int64_t kSecondsMax = std::int64_t{1} << 33;  // the year 2242 is for ever
  const Duration expire = std::chrono::seconds(std::clamp<std::int64_t>(expire_s, 0, kSecondsMax));
  const Duration ttl = expire - Duration(UnixNowNs());
  return ttl == Duration::zero() ? Duration(-1) : ttl;
}

void ServeSpringcacheSet(const Door& door, const IncomingCall& call, ReplyCallback&& done) {
  springcachepb::SetRequest message;
  if (!ParseMessage(call.request, message)) {
    return done(Fail(Code::kUnknown, "the request is not a SetRequest message"));
  }
  if (message.key().empty()) return done(Fail(Code::kUnknown, kSpringcacheSetKeyMissing));
  const auto group = FindGroupIn(kSpringcache, door, message.group());
  if (!group) return done(tl::unexpected<Error>(group.error()));
  Entry entry(door, Hop::kCaller);
  if (!entry) return done(Refused(entry));
  (*group)->Set({.group = message.group(),
                 .key = message.key(),
                 .value = message.value(),
                 .ttl = SpringcacheTtl(message.expire()),
                 .hot = message.ishot(),
                 .deadline = call.deadline,
                 .trace = call.trace},
                [entry = std::move(entry), done = std::move(done)](Result<void> written) mutable {
                  entry.Leave();
                  if (!written) return done(InGo(std::move(written.error())));
                  springcachepb::SetResponse reply;
                  reply.set_ok(true);
                  done(reply.SerializeAsString());
                });
}

// galaxycache has codes.
MethodReply InGalaxycache(std::string_view key, Error error) {
  const bool none = error.code == Code::kNotFound;
  error.message =
      (none ? "not found: [" : "Failed to retrieve [") + std::string(key) + "]: " + error.message;
  return tl::unexpected<Error>(std::move(error));
}

Result<Group*> FindGalaxy(const Door& door, const std::string& name) {
  auto group = FindGroup(door.groups, name);
  if (group) return group;
  return Fail(Code::kInvalidArgument, "Unable to find galaxy [" + name + "]");
}

template <class Reply>
void SetExpiry(Reply& reply, Duration ttl) {
  const std::int64_t unix_ns = UnixNowNs() + ttl.count();
  reply.mutable_expiry()->set_seconds(unix_ns / 1'000'000'000);
  reply.mutable_expiry()->set_nanos(static_cast<std::int32_t>(unix_ns % 1'000'000'000));
}

// From a peer that took us for the owner: answered where it lands.
void ServeGetFromPeer(const Door& door, const IncomingCall& call, ReplyCallback&& done) {
  galaxycachepb::GetRequest message;
  if (!ParseMessage(call.request, message)) {
    return done(Fail(Code::kInvalidArgument, "the request is not a GetRequest message"));
  }
  const auto group = FindGalaxy(door, message.galaxy());
  if (!group) return done(tl::unexpected<Error>(group.error()));
  Entry entry(door, Hop::kPeer);
  if (!entry) return done(Refused(entry));
  (*group)->Get({.group = message.galaxy(),
                 .key = message.key(),
                 .hop = Hop::kPeer,
                 .deadline = call.deadline,
                 .trace = call.trace},
                [group = *group, key = message.key(), entry = std::move(entry),
                 done = std::move(done)](auto reply) mutable {
                  const TimePoint now = entry.Leave(reply);
                  if (!reply) return done(InGalaxycache(key, std::move(reply.error())));
                  const TimePoint expires = reply->level == Level::kCache
                                                ? Found(reply->value).expires()
                                                : group->layers().LoadedExpires(HashKey(key));
                  galaxycachepb::GetResponse answer;
                  answer.set_value(reply->value.view().data(), reply->value.size());
                  answer.set_minute_qps(reply->minute_qps);
                  if (expires != kNever) SetExpiry(answer, expires - now);
                  done(answer.SerializeAsString());
                });
}

void ServePeekPeer(const Door& door, const IncomingCall& call, ReplyCallback&& done) {
  galaxycachepb::PeekRequest message;
  if (!ParseMessage(call.request, message)) {
    return done(Fail(Code::kInvalidArgument, "the request is not a PeekRequest message"));
  }
  const auto group = FindGalaxy(door, message.galaxy());
  if (!group) return done(tl::unexpected<Error>(group.error()));
  (*group)->Peek({.group = message.galaxy(), .key = message.key()}, [&](Result<PeekReply> reply) {
    if (!reply) return done(InGalaxycache(message.key(), std::move(reply.error())));
    galaxycachepb::PeekResponse answer;
    answer.set_value(reply->value.view().data(), reply->value.size());
    if (reply->ttl > Duration::zero()) SetExpiry(answer, reply->ttl);
    done(answer.SerializeAsString());
  });
}

template <class Request, class Response>
Method GetRow(const DoorPtr& door, const Dialect& dialect) {
  return {.service = dialect.service,
          .name = "Get",
          .handler = [door, &dialect](const IncomingCall& call, ReplyCallback&& done) {
            ServeGetAs<Request, Response>(dialect, *door, call, std::move(done));
          }};
}

using Serve = void (*)(const Door&, const IncomingCall&, ReplyCallback&&);

Method RowOf(const DoorPtr& door, const char* service, const char* name, Serve serve) {
  return {.service = service,
          .name = name,
          .handler = [door, serve](const IncomingCall& call, ReplyCallback&& done) {
            serve(*door, call, std::move(done));
          }};
}

}  // namespace

MethodTable DialectMethods(const Door& its_door) {
  const auto door = std::make_shared<const Door>(its_door);
  return {GetRow<geecachepb::Request, geecachepb::Response>(door, kGeecache),
          GetRow<gaocachepb::GetRequest, gaocachepb::GetResponse>(door, kGaocacheText),
          GetRow<gaocachepb::GetRequest, gaocachepb::GetResponse>(door, kGaocacheCode),
          GetRow<peanutcachepb::GetRequest, peanutcachepb::GetResponse>(door, kPeanutcache),
          GetRow<springcachepb::GetRequest, springcachepb::GetResponse>(door, kSpringcache),
          RowOf(door, kSpringcache.service, "Set", &ServeSpringcacheSet),
          RowOf(door, kGalaxycacheService, "GetFromPeer", &ServeGetFromPeer),
          RowOf(door, kGalaxycacheService, "PeekPeer", &ServePeekPeer)};
}

}  // namespace ringlab
