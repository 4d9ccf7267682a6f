#include "loadgen/measure/version_ledger.h"

#include <algorithm>

#include "core/base/check.h"

namespace ringlab {

void VersionLedger::Sent(const LedgerWrite& write) {
  RL_CHECK(write.version > options_.source_version && write.version <= UINT32_MAX);
  RL_CHECK(write.worker <= UINT16_MAX);
  Part& part = PartOf(write.key);
  MutexLock lock(part.mutex);
  auto at = part.keys.find(write.key);
  if (at == part.keys.end()) {
    if (keys_.fetch_add(1) >= options_.keys_max) {
      keys_.fetch_sub(1);
      full_.store(true);
      return;
    }
    at = part.keys.try_emplace(write.key).first;
  }
  History& history = at->second;
  if (history.writes.size() == kWritesKept) DropOldest(history);
  history.writes.push_back({.sent = write.sent,
                            .version = static_cast<std::uint32_t>(write.version),
                            .worker = static_cast<std::uint16_t>(write.worker),
                            .is_remove = write.is_remove});
}

void VersionLedger::DropOldest(History& history) {
  const Write& oldest = history.writes.front();
  history.dropped_version = std::max<std::uint64_t>(history.dropped_version, oldest.version);
  if (oldest.acknowledged == kNever) {
    ++history.dropped_open;
  } else {
    history.dropped_acknowledged = std::max(history.dropped_acknowledged, oldest.acknowledged);
  }
  history.writes.erase(history.writes.begin());
}

void VersionLedger::Acknowledged(std::uint64_t key, std::uint64_t version, TimePoint at) {
  Part& part = PartOf(key);
  MutexLock lock(part.mutex);
  const auto found = part.keys.find(key);
  if (found == part.keys.end()) return;  // beyond keys_max
  History& history = found->second;
  for (Write& write : history.writes) {
    if (write.version != version) continue;
    write.acknowledged = at;
    return;
  }
  RL_CHECK_BECAUSE(history.dropped_open > 0, "a write is acknowledged once, after its sending");
  --history.dropped_open;
  history.dropped_acknowledged = std::max(history.dropped_acknowledged, at);
}

Judgement VersionLedger::Judge(const LedgerRead& read) const {
  using Kind = Judgement::Kind;
  const bool of_source = !read.version || *read.version == options_.source_version;
  if (IsOfOthers(read)) return {.kind = Kind::kUntold};
  const Kind unknown = full_.load() ? Kind::kUntold : Kind::kWrong;
  const Part& part = PartOf(read.key);
  MutexLock lock(part.mutex);
  const auto found = part.keys.find(read.key);
  if (found == part.keys.end()) {
    return {.kind = of_source || !options_.sole_writer ? Kind::kFresh : unknown};
  }
  const History& history = found->second;
  if (of_source) return JudgeSource(history, read);
  for (const Write& write : history.writes) {
    if (write.version != *read.version) continue;
    if (write.is_remove) return {.kind = Kind::kWrong};
    return JudgeAfter(write.acknowledged, history, read);
  }
  if (*read.version > options_.source_version && *read.version <= history.dropped_version) {
    if (history.dropped_open > 0) return {.kind = Kind::kUntold};
    return JudgeAfter(history.dropped_acknowledged, history, read);
  }
  if (!options_.sole_writer) return JudgeSource(history, read);
  return {.kind = Kind::kWrong};
}

bool VersionLedger::IsOfOthers(const LedgerRead& read) const {
  if (options_.shard.is_whole() || !read.version) return false;
  if (*read.version <= options_.source_version) return false;
  return !options_.shard.Sends(*read.version - options_.source_version - 1);
}

// Of a value whose write was over at `acknowledged`.
Judgement VersionLedger::JudgeAfter(TimePoint acknowledged, const History& history,
                                    const LedgerRead& read) {
  Judgement judgement;
  for (const Write& write : history.writes) {
    if (write.version == *read.version) continue;
    if (write.sent < acknowledged || write.acknowledged > read.sent) continue;
    judgement.kind = Judgement::Kind::kStale;
    judgement.age = std::max(judgement.age, read.sent - write.acknowledged);
    judgement.own_write = judgement.own_write || write.worker == read.worker;
  }
  return judgement;
}

// Right where no set was over before the reading, or where a remove may have followed all of those:
// one that was not over before the last of them was sent.
Judgement VersionLedger::JudgeSource(const History& history, const LedgerRead& read) const {
  TimePoint last_set = TimePoint::min();
  for (const Write& write : history.writes) {
    if (!write.is_remove && write.acknowledged <= read.sent) {
      last_set = std::max(last_set, write.sent);
    }
  }
  if (last_set == TimePoint::min()) return {};
  const bool removed = std::any_of(
      history.writes.begin(), history.writes.end(),
      [&](const Write& write) { return write.is_remove && write.acknowledged > last_set; });
  const bool perhaps = history.dropped_open > 0 || history.dropped_acknowledged > last_set;
  if (removed || perhaps) return {};
  return {.kind = options_.others_remove ? Judgement::Kind::kUntold : Judgement::Kind::kReverted};
}

}  // namespace ringlab
