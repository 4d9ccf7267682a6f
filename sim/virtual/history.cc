#include "sim/virtual/history.h"

#include <algorithm>

#include "core/base/parse.h"

namespace ringlab {

namespace {

// Rings are looked at now and then: a change may have begun this much before it was seen.
constexpr Duration kSeen = std::chrono::milliseconds(100);

std::string Shown(std::optional<std::uint64_t> version) {
  return version ? "version " + std::to_string(*version) : std::string("no value");
}

}  // namespace

std::size_t History::Began(Trouble::Kind kind, TimePoint now) {
  troubles_.push_back({kind, now});
  return troubles_.size() - 1;
}

std::size_t History::WentOff(const std::string& node, TimePoint now) {
  offs_.push_back({node, now});
  return offs_.size() - 1;
}

std::size_t History::Sent(std::uint64_t key, const Write& write) {
  Writes& writes = keys_[key];
  writes.push_back(write);
  return writes.size() - 1;
}

void History::Answered(std::uint64_t key, std::size_t write, TimePoint now, bool acknowledged) {
  Write& answered = keys_[key][write];
  answered.ended = now;
  answered.acknowledged = acknowledged;
}

std::size_t History::WritesOf(std::uint64_t key, TimePoint since) const {
  const auto found = keys_.find(key);
  if (found == keys_.end()) return 0;
  return static_cast<std::size_t>(
      std::count_if(found->second.begin(), found->second.end(),
                    [&](const Write& write) { return write.ended >= since; }));
}

bool History::Any(Trouble::Kind kind, TimePoint from, TimePoint until) const {
  return std::any_of(troubles_.begin(), troubles_.end(), [&](const Trouble& trouble) {
    return trouble.kind == kind && trouble.from <= until + kSeen &&
           (trouble.until == kNever || trouble.until + kSeen >= from);
  });
}

bool History::Calm(TimePoint from, TimePoint until) const {
  return !Any(Trouble::Kind::kLost, from, until) && !Any(Trouble::Kind::kRing, from, until) &&
         !Any(Trouble::Kind::kSilence, from, until) && !Any(Trouble::Kind::kCircuit, from, until);
}

// Two nodes may have taken writes within the moment in which the rings differ.
bool History::OrderUnknown(const Write& write) const {
  return !write.acknowledged || Any(Trouble::Kind::kRing, write.sent, write.ended);
}

// Two changes of the ring within one hand-over, which may lose what nobody read in between; with no
// hand-over any change does.
bool History::TwoRings(TimePoint from, TimePoint until) const {
  TimePoint last{};
  bool any = false;
  for (const Trouble& trouble : troubles_) {
    if (trouble.kind != Trouble::Kind::kRing) continue;
    if (trouble.until != kNever && trouble.until + kSeen < from - rules_.handover) continue;
    if (trouble.from > until + kSeen) continue;
    if (rules_.handover == Duration::zero()) return true;
    if (any && trouble.from <= last + rules_.handover + kSeen) return true;
    any = true;
    last = trouble.until == kNever ? until : trouble.until;
  }
  return false;
}

std::optional<std::string> History::Judge(const Read& read) const {
  const auto found = keys_.find(read.key);
  static const Writes kNone;
  const Writes& writes = found == keys_.end() ? kNone : found->second;
  if (!read.version || *read.version == rules_.source_version) return JudgeReverted(read, writes);
  const auto got = std::find_if(writes.begin(), writes.end(), [&](const Write& write) {
    return !write.is_remove && write.version == *read.version;
  });
  if (got == writes.end()) return "it answered " + Shown(read.version) + ", which nobody wrote";
  if (auto ended = JudgeEnded(read, *got)) return ended;
  if (auto off = JudgeOff(read, writes, *got)) return off;
  return JudgeStale(read, writes, *got);
}

// A node that its peers took off their rings has dropped what it held when it is back: a value that
// was overwritten meanwhile is nobody's. No trouble excuses that.
std::optional<std::string> History::JudgeOff(const Read& read, const Writes& writes,
                                             const Write& got) const {
  if (read.level != Level::kCache && read.level != Level::kStale) return std::nullopt;
  if (OrderUnknown(got)) return std::nullopt;
  for (const Off& off : offs_) {
    if (off.node != read.by || off.until > read.sent || got.ended > off.from) continue;
    const auto later = std::ranges::find_if(writes, [&](const Write& write) {
      return write.sent >= off.from && write.ended <= off.until && !OrderUnknown(write);
    });
    if (later == writes.end()) continue;
    return "it answered " + Shown(read.version) + " (" + std::string(LevelName(read.level)) +
           "), which it held before its peers took it off their rings, and " +
           (later->is_remove ? "which was removed"
                             : "which " + Shown(later->version) + " replaced") +
           " meanwhile";
  }
  return std::nullopt;
}

// How long after a write that was sent then an answer of this kind may be from before it. A copy
// lives on for its time, but its owner takes it back if it knows who has it; and who joined
// another's load has what that began with.
Duration History::CopyMayBe(Level level, TimePoint sent, TimePoint done) const {
  constexpr Duration kTakenBack = std::chrono::milliseconds(500);
  switch (level) {
    case Level::kCache:
    case Level::kStale: return Duration::zero();
    case Level::kPeer:
    case Level::kSource: return rules_.load_timeout;
    case Level::kHot:
    case Level::kNegative: break;
  }
  // Who could not have it from the owner, whose source failed, has loaded it itself, and the owner
  // does not know.
  const TimePoint since = sent - rules_.hot_ttl - rules_.load_timeout;
  const bool calm = Calm(since, done) && !Any(Trouble::Kind::kSource, since, done);
  return calm ? kTakenBack : rules_.hot_ttl + rules_.load_timeout;
}

// A write's value, after a later write was acknowledged.
std::optional<std::string> History::JudgeStale(const Read& read, const Writes& writes,
                                               const Write& got) const {
  if (OrderUnknown(got)) return std::nullopt;
  for (const Write& later : writes) {
    if (!later.acknowledged || later.ended > read.sent || later.sent < got.ended) continue;
    if (OrderUnknown(later) || Any(Trouble::Kind::kRing, read.sent, read.done)) continue;
    if (TwoRings(got.sent, read.done)) continue;
    // While the owner does not answer, others answer what they have, or load.
    if (Any(Trouble::Kind::kSilence, later.sent, read.done) ||
        Any(Trouble::Kind::kCircuit, later.sent, read.done)) {
      continue;
    }
    const Duration age = read.sent - later.ended;
    if (age <= CopyMayBe(read.level, later.sent, read.done)) continue;
    return "it answered " + Shown(read.version) + " (" + std::string(LevelName(read.level)) +
           "), " + FormatDuration(age) + " after " +
           (later.is_remove ? "a remove" : Shown(later.version)) + " was acknowledged";
  }
  return std::nullopt;
}

// The source's value, or none, after a set was acknowledged.
std::optional<std::string> History::JudgeReverted(const Read& read, const Writes& writes) const {
  if (rules_.evicts || rules_.ttl > Duration::zero()) return std::nullopt;
  const Write* last = nullptr;  // that must have been seen
  for (const Write& write : writes) {
    if (write.is_remove) {
      // It may be what happened last.
      if (!write.acknowledged && write.sent <= read.done) return std::nullopt;
    } else if (write.ttl > Duration::zero()) {
      return std::nullopt;  // it may have replaced what stayed, and ended
    } else if (write.acknowledged && write.ended <= read.sent) {
      if (last == nullptr || write.ended > last->ended) last = &write;
    }
  }
  if (last == nullptr) return std::nullopt;
  for (const Write& write : writes) {
    if (write.is_remove && write.sent <= read.done && write.ended >= last->sent)
      return std::nullopt;
  }
  if (!Calm(last->sent - kSeen, read.done)) return std::nullopt;
  const Duration age = read.sent - last->ended;
  if (age <= CopyMayBe(read.level, last->sent, read.done)) return std::nullopt;
  return "it answered the source's " + Shown(read.version) + " (" +
         std::string(LevelName(read.level)) + "), " + FormatDuration(age) + " after version " +
         std::to_string(last->version) + " was acknowledged";
}

// A value with a time to live, after that.
std::optional<std::string> History::JudgeEnded(const Read& read, const Write& got) const {
  const Duration ttl = got.ttl > Duration::zero() ? got.ttl : rules_.ttl;
  if (ttl <= Duration::zero() || !got.acknowledged) return std::nullopt;
  // A copy may be kept for as long as its owner said, which knew how long the value lives.
  const TimePoint over =
      got.ended + ttl + rules_.stale_for + rules_.hot_ttl + rules_.load_timeout + kSeen;
  if (read.sent <= over) return std::nullopt;
  return "it answered version " + std::to_string(got.version) + " " +
         FormatDuration(read.sent - got.ended) + " after it was set, with a time to live of " +
         FormatDuration(ttl);
}

}  // namespace ringlab
