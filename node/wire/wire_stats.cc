// What a node tells of itself, to bytes and back.
#include <cstdint>
#include <utility>

#include "node/wire/wire.h"
#include "node/wire/wire_parse.h"
#include "proto/cache.pb.h"

namespace ringlab {

namespace {

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
  RL_COUNTER(asked_again);
  RL_COUNTER(other_rings);
  RL_COUNTER(source_loads_own);
  RL_COUNTER(source_loads);
  RL_COUNTER(source_ok);
  RL_COUNTER(source_not_found);
  RL_COUNTER(source_errors);
  RL_COUNTER(answered_ok);
  RL_COUNTER(answered_not_found);
  RL_COUNTER(answered_timeout);
  RL_COUNTER(answered_error);
  RL_COUNTER(sets);
  RL_COUNTER(removes);
  RL_COUNTER(writes_invalid);
  RL_COUNTER(writes_in_doubt);
  RL_COUNTER(writes_applied);
  RL_COUNTER(writes_forwarded);
  RL_COUNTER(writes_forwarded_ok);
  RL_COUNTER(writes_forwarded_failed);
  RL_COUNTER(copies_dropped);
  RL_COUNTER(superseded);
  RL_COUNTER(batches);
  RL_COUNTER(negative_hits);
  RL_COUNTER(too_late);
  RL_COUNTER(refreshes);
  RL_COUNTER(hits_hot);
  RL_COUNTER(hits_stale);
  RL_COUNTER(copies_offered);
  RL_COUNTER(copies_kept);
  RL_COUNTER(invalidations);
  RL_COUNTER(invalidations_failed);
  RL_COUNTER(invalidations_left_out);
  RL_COUNTER(doubted);
  RL_COUNTER(disowned);
  RL_COUNTER(peeks);
  RL_COUNTER(peeks_found);
  RL_COUNTER(peeks_asked);
  RL_COUNTER(peeks_answered);
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
  RL_COUNTER(hits);
  RL_COUNTER(stale_hits);
  RL_COUNTER(misses);
  RL_COUNTER(erased);
  RL_COUNTER(expired);
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
  if (!ParseMessage(bytes, message)) {
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
