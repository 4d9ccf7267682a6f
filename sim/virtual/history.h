// History: what the client of a simulation wrote and when, and what went on in the cluster
// meanwhile; so that every answer can be held against what the cache promises.
//
// The promises are those of docs/cachenode.md, "What a write promises". An answer is only called
// wrong when no order of the writes, and none of the exceptions that the page names, could have
// brought it. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/types.h"

namespace ringlab {

// What goes on in a stretch of time, so that less is promised.
struct Trouble {
  enum class Kind : std::uint8_t {
    kLost,     // a process ended, and what it held is gone
    kRing,     // nodes route by different rings
    kSilence,  // somebody does not answer, or late: cut off, frozen, slow
    kCircuit,  // somebody is not asked, because it did not answer before
    kSource,   // the source is slow, or fails
  };
  Kind kind;
  TimePoint from;
  TimePoint until = kNever;  // kNever: it still goes on
};

struct HistoryRules {
  std::uint64_t source_version = 0;
  bool evicts = false;  // entries may leave before their time
  Duration ttl{};       // of the group; 0: none
  Duration stale_for{};
  Duration hot_ttl{};
  Duration handover{};
  Duration load_timeout{};  // who joins a load has what it began with, for so long
};

// A node was on no ring but its own, though it lived and took part.
struct Off {
  std::string node;
  TimePoint from;
  TimePoint until = kNever;
};

class History {
 public:
  explicit History(HistoryRules rules) : rules_(rules) {}

  // A stretch of trouble; the number ends it.
  std::size_t Began(Trouble::Kind kind, TimePoint now);
  void Ended(std::size_t trouble, TimePoint now) { troubles_[trouble].until = now; }

  // Likewise, of a node that its peers have taken off their rings.
  std::size_t WentOff(const std::string& node, TimePoint now);
  void CameBack(std::size_t off, TimePoint now) { offs_[off].until = now; }

  struct Write {
    std::uint64_t version = 0;
    bool is_remove = false;
    Duration ttl{};
    TimePoint sent{};
    TimePoint ended = kNever;  // answered
    bool acknowledged = false;
  };

  // Before it is sent; returns its place.
  std::size_t Sent(std::uint64_t key, const Write& write);
  void Answered(std::uint64_t key, std::size_t write, TimePoint now, bool acknowledged);

  // Writes of the key that were sent, or still under way, since then.
  std::size_t WritesOf(std::uint64_t key, TimePoint since) const;

  struct Read {
    std::uint64_t key = 0;
    std::optional<std::uint64_t> version = {};  // none: the key has no value
    Level level = Level::kCache;
    TimePoint sent{};
    TimePoint done{};
    std::string by = {};  // who answered
  };

  // What is wrong with it, as a sentence; nothing when it may be so.
  std::optional<std::string> Judge(const Read& read) const;

  // Whether there was such trouble, or a moment of it, within the stretch.
  bool Any(Trouble::Kind kind, TimePoint from, TimePoint until) const;

  // Nothing of the kind, the source apart.
  bool Calm(TimePoint from, TimePoint until) const;

 private:
  using Writes = std::vector<Write>;

  std::optional<std::string> JudgeStale(const Read& read, const Writes& writes,
                                        const Write& got) const;
  std::optional<std::string> JudgeOff(const Read& read, const Writes& writes,
                                      const Write& got) const;
  std::optional<std::string> JudgeReverted(const Read& read, const Writes& writes) const;
  std::optional<std::string> JudgeEnded(const Read& read, const Write& got) const;
  Duration CopyMayBe(Level level, TimePoint sent, TimePoint done) const;
  bool OrderUnknown(const Write& write) const;
  bool TwoRings(TimePoint from, TimePoint until) const;

  const HistoryRules rules_;
  std::vector<Trouble> troubles_;
  std::vector<Off> offs_;
  std::map<std::uint64_t, Writes> keys_;
};

}  // namespace ringlab
