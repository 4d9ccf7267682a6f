#include "node/wire.h"

#include <grpcpp/support/status.h>

#include <algorithm>
#include <cstdint>

namespace ringlab {

namespace {

template <Code kOurs, grpc::StatusCode kTheirs>
constexpr bool kSameCode = static_cast<int>(kOurs) == static_cast<int>(kTheirs);

// A code crosses the wire by a cast.
static_assert(kSameCode<Code::kCancelled, grpc::CANCELLED>);
static_assert(kSameCode<Code::kUnknown, grpc::UNKNOWN>);
static_assert(kSameCode<Code::kInvalidArgument, grpc::INVALID_ARGUMENT>);
static_assert(kSameCode<Code::kDeadlineExceeded, grpc::DEADLINE_EXCEEDED>);
static_assert(kSameCode<Code::kNotFound, grpc::NOT_FOUND>);
static_assert(kSameCode<Code::kAlreadyExists, grpc::ALREADY_EXISTS>);
static_assert(kSameCode<Code::kPermissionDenied, grpc::PERMISSION_DENIED>);
static_assert(kSameCode<Code::kResourceExhausted, grpc::RESOURCE_EXHAUSTED>);
static_assert(kSameCode<Code::kFailedPrecondition, grpc::FAILED_PRECONDITION>);
static_assert(kSameCode<Code::kAborted, grpc::ABORTED>);
static_assert(kSameCode<Code::kOutOfRange, grpc::OUT_OF_RANGE>);
static_assert(kSameCode<Code::kUnimplemented, grpc::UNIMPLEMENTED>);
static_assert(kSameCode<Code::kInternal, grpc::INTERNAL>);
static_assert(kSameCode<Code::kUnavailable, grpc::UNAVAILABLE>);
static_assert(kSameCode<Code::kDataLoss, grpc::DATA_LOSS>);
static_assert(kSameCode<Code::kUnauthenticated, grpc::UNAUTHENTICATED>);

bool Parse(std::string_view bytes, google::protobuf::MessageLite& message) {
  return bytes.size() <= INT32_MAX &&
         message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

// Both directions of the counters, field by field, from one list.
template <class Visit>
void ForEachGroupCounter(Visit&& visit) {
#define RL_COUNTER(field)                                        \
  visit(&GroupStats::field, &groupcachepb::GroupCounters::field, \
        &groupcachepb::GroupCounters::set_##field)
  RL_COUNTER(gets);
  RL_COUNTER(gets_from_peers);
  RL_COUNTER(invalid);
  RL_COUNTER(hits);
  RL_COUNTER(hits_from_peers);
  RL_COUNTER(joined);
  RL_COUNTER(led);
  RL_COUNTER(refused);
  RL_COUNTER(late_hits);
  RL_COUNTER(peer_loads);
  RL_COUNTER(peer_ok);
  RL_COUNTER(peer_final);
  RL_COUNTER(peer_errors);
  RL_COUNTER(fallbacks);
  RL_COUNTER(fallbacks_refused);
  RL_COUNTER(source_loads_own);
  RL_COUNTER(source_loads);
  RL_COUNTER(source_ok);
  RL_COUNTER(source_not_found);
  RL_COUNTER(source_errors);
  RL_COUNTER(answered_ok);
  RL_COUNTER(answered_not_found);
  RL_COUNTER(answered_timeout);
  RL_COUNTER(answered_error);
#undef RL_COUNTER
}

template <class Visit>
void ForEachCacheCounter(Visit&& visit) {
#define RL_COUNTER(field)                                        \
  visit(&CacheStats::field, &groupcachepb::CacheCounters::field, \
        &groupcachepb::CacheCounters::set_##field)
  RL_COUNTER(items);
  RL_COUNTER(used_bytes);
  RL_COUNTER(budget_bytes);
  RL_COUNTER(inserts);
  RL_COUNTER(replaced);
  RL_COUNTER(evicted);
  RL_COUNTER(oversize);
#undef RL_COUNTER
}

GroupStats DecodeGroup(const groupcachepb::GroupCounters& message) {
  GroupStats stats;
  ForEachGroupCounter([&](auto field, auto get, auto) { stats.*field = (message.*get)(); });
  ForEachCacheCounter(
      [&](auto field, auto get, auto) { stats.cache.*field = (message.cache().*get)(); });
  return stats;
}

}  // namespace

std::string EncodeGetRequest(const GetRequest& request) {
  groupcachepb::GetRequest message;
  message.set_group(request.group.data(), request.group.size());
  message.set_key(request.key.data(), request.key.size());
  message.set_hop(static_cast<std::uint32_t>(request.hop));
  message.set_origin(request.origin.data(), request.origin.size());
  message.set_ring_fingerprint(request.ring_fingerprint);
  return message.SerializeAsString();
}

Result<GetRequest> DecodeGetRequest(std::string_view bytes, groupcachepb::GetRequest& message) {
  if (!Parse(bytes, message)) {
    return Fail(Code::kInvalidArgument, "the request is not a GetRequest message");
  }
  return GetRequest{.group = message.group(),
                    .key = message.key(),
                    .hop = message.hop() == 0 ? Hop::kCaller : Hop::kPeer,
                    .origin = message.origin(),
                    .ring_fingerprint = message.ring_fingerprint()};
}

std::string EncodeGetReply(const GetReply& reply) {
  groupcachepb::GetResponse message;
  message.set_value(reply.value.view().data(), reply.value.size());
  message.set_level(static_cast<std::uint32_t>(reply.level));
  return message.SerializeAsString();
}

Result<GetReply> DecodeGetReply(std::string_view bytes) {
  groupcachepb::GetResponse message;
  if (!Parse(bytes, message)) {
    return Fail(Code::kInternal, "the peer's reply is not a GetResponse message");
  }
  const auto level = std::min<std::uint32_t>(message.level(), static_cast<int>(Level::kSource));
  return GetReply{Value::Copy(message.value()), static_cast<Level>(level)};
}

std::string EncodeStats(const NodeStats& stats) {
  groupcachepb::StatsResponse message;
  message.set_name(stats.name);
  message.set_version(stats.version);
  auto* ring = message.mutable_ring();
  ring->set_dialect(stats.ring.dialect);
  ring->set_replicas(stats.ring.replicas);
  for (const std::string& name : stats.ring.nodes) ring->add_nodes(name);
  ring->set_fingerprint(stats.ring.fingerprint);
  ring->set_epoch(stats.ring.epoch);
  for (const auto& [name, counts] : stats.groups) {
    auto* group = message.add_groups();
    group->set_name(name);
    ForEachGroupCounter([&](auto field, auto, auto set) { (group->*set)(counts.*field); });
    ForEachCacheCounter(
        [&](auto field, auto, auto set) { (group->mutable_cache()->*set)(counts.cache.*field); });
  }
  auto* process = message.mutable_process();
  process->set_pid(stats.process.pid);
  process->set_cpu_ns(static_cast<std::uint64_t>(stats.process.cpu.count()));
  process->set_resident_bytes(stats.process.resident_bytes);
  return message.SerializeAsString();
}

Result<NodeStats> DecodeStats(std::string_view bytes) {
  groupcachepb::StatsResponse message;
  if (!Parse(bytes, message)) {
    return Fail(Code::kInternal, "the node's reply is not a StatsResponse message");
  }
  NodeStats stats;
  stats.name = message.name();
  stats.version = message.version();
  stats.ring.dialect = message.ring().dialect();
  stats.ring.replicas = message.ring().replicas();
  stats.ring.nodes.assign(message.ring().nodes().begin(), message.ring().nodes().end());
  stats.ring.fingerprint = message.ring().fingerprint();
  stats.ring.epoch = message.ring().epoch();
  for (const auto& group : message.groups()) {
    stats.groups.emplace_back(group.name(), DecodeGroup(group));
  }
  stats.process.pid = message.process().pid();
  stats.process.cpu = Duration(static_cast<std::int64_t>(message.process().cpu_ns()));
  stats.process.resident_bytes = message.process().resident_bytes();
  return stats;
}

}  // namespace ringlab
