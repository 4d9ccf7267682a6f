// VersionLedger: who wrote what and when, so that a reading can be told fresh, stale or wrong.
//
// Every write has a version of its own, and its value shows it (core/source/synthetic_value.h). A
// reading of a write's value is stale when another write of the key must have followed that write,
// and was over before the reading began: sent at or after the acknowledgement of the one,
// acknowledged at or before the sending of the other. Writes that overlap have no order, so they
// raise no alarm (this is linearizability of one key: M. Herlihy and J. Wing, "Linearizability",
// 1990). A write that failed may have been applied or not, at any time: it makes nothing stale, and
// its own value is never stale.
//
// The source's value, or none at all, is right for a key that nobody wrote or that a remove was the
// last to write. After a set that was acknowledged it is *reverted*: the entry expired or was
// evicted, or a copy from before the set was read; a cache may do the first two, so that is
// counted apart and is no staleness.
//
// Of several generators that send one plan, each has a ledger of its own writes alone. A version is
// known by its index to be another generator's: such a reading is untold, for nobody here knows
// when it was written; and where others remove, so is a key that is back at the source's value.
// What of our own writes is stale stays stale, whatever the others wrote.
//
// Memory is bounded: of keys_max keys that were written, the last kWritesKept writes of each, at 24
// bytes a write. Of the older ones the ledger knows the highest version and the last
// acknowledgement, so it may miss their staleness but never invents any.
//
// Thread-safe, in parts by key. Keys are the plan's indices.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/base/sync.h"
#include "core/base/time.h"
#include "loadgen/plan/shard.h"

namespace ringlab {

struct VersionLedgerOptions {
  std::uint64_t source_version = 0;  // of values that nobody wrote
  bool sole_writer = true;           // else a version that we did not write counts as the source's
  std::uint64_t keys_max = std::uint64_t{1} << 20;  // writes of further keys are not followed
  Shard shard = {};            // which writes are ours: version - source_version - 1 is the index
  bool others_remove = false;  // keys, in the other shards
};

struct LedgerWrite {
  std::uint64_t key = 0;
  std::uint64_t version = 0;  // unique, below 2^32 and above the source's; a remove has one too
  bool is_remove = false;
  std::uint32_t worker = 0;  // below 2^16
  TimePoint sent{};
};

struct LedgerRead {
  std::uint64_t key = 0;
  std::optional<std::uint64_t> version = {};  // none: the key was not found
  std::uint32_t worker = 0;
  TimePoint sent{};
};

struct Judgement {
  enum class Kind : std::uint8_t {
    kFresh,
    kStale,
    kReverted,
    kUntold,  // of a write beyond the ledger's memory, or of another generator
    kWrong,   // of a version that the key was never given, or not yet
  };
  Kind kind = Kind::kFresh;
  Duration age{};  // stale: since the first acknowledgement that the reading should have seen
  bool own_write = false;  // stale: one of the writes that it missed was the reader's own
};

class VersionLedger {
 public:
  static constexpr std::size_t kWritesKept = 32;

  explicit VersionLedger(const VersionLedgerOptions& options = {}) : options_(options) {}

  // Before the write is sent, so that no reader sees it first.
  void Sent(const LedgerWrite& write);

  // The write succeeded. Of one that did not, nothing needs to be said.
  void Acknowledged(std::uint64_t key, std::uint64_t version, TimePoint at);

  // When the answer is there.
  Judgement Judge(const LedgerRead& read) const;

 private:
  static constexpr std::size_t kParts = 64;

  struct Write {
    TimePoint sent;
    TimePoint acknowledged = kNever;
    std::uint32_t version;
    std::uint16_t worker;
    bool is_remove;
  };

  // The writes of a key in the order of their sending, and what is left of those before them.
  struct History {
    std::vector<Write> writes;
    std::uint64_t dropped_version = 0;                  // the highest; 0 for none
    std::uint64_t dropped_open = 0;                     // not acknowledged, or not yet
    TimePoint dropped_acknowledged = TimePoint::min();  // the last
  };

  struct alignas(64) Part {
    mutable Mutex mutex;
    std::unordered_map<std::uint64_t, History> keys RL_GUARDED_BY(mutex);
  };

  Part& PartOf(std::uint64_t key) { return parts_[key % kParts]; }
  const Part& PartOf(std::uint64_t key) const { return parts_[key % kParts]; }

  static void DropOldest(History& history);
  bool IsOfOthers(const LedgerRead& read) const;
  Judgement JudgeSource(const History& history, const LedgerRead& read) const;
  static Judgement JudgeAfter(TimePoint acknowledged, const History& history,
                              const LedgerRead& read);

  const VersionLedgerOptions options_;
  std::atomic<std::uint64_t> keys_{0};
  std::atomic<bool> full_{false};  // some key was turned away
  std::array<Part, kParts> parts_;
};

}  // namespace ringlab
