#include "loadgen/plan/drift.h"

#include <algorithm>
#include <cmath>

#include "core/base/hash.h"
#include "core/base/parse.h"

namespace ringlab {

namespace {

// A turnover reshuffles groups of interleaved ranks in turn, so that a few keys change at a time
// and each group has hot and cold ones. Of the hottest tenth of a group a tenth stays there by
// chance: 20 of 27 groups times 9 of 10 make two thirds, and half of the tenth after 10 minutes
// where each group has its turn within 13 minutes and a third.
constexpr std::uint64_t kGroups = 27;
constexpr std::uint64_t kGroupsOfCachelib = 20;
constexpr Duration kTurnOfCachelib = std::chrono::seconds(800);

constexpr std::string_view kAccepted =
    "walk:KEYS@TIME, period:PARTS@TIME, shuffle:RANKS@TIME, turnover:FRACTION@TIME or "
    "turnover:cachelib, such as walk:100@10s";

}  // namespace

Result<Drift> Drift::Parse(std::string_view text, std::uint64_t keys, std::uint64_t seed) {
  const auto refuse = [&](std::string_view accepted) {
    return Fail(Code::kInvalidArgument,
                "\"" + std::string(text) + "\": expected " + std::string(accepted));
  };
  Drift drift;
  drift.text_ = text;
  drift.keys_ = keys;
  drift.seed_ = seed;
  const auto [kind, rest] = SplitOnce(text, ':');
  const auto [amount, time_text] = SplitOnce(rest, '@');
  if (rest == "cachelib" && kind == "turnover") {
    drift.kind_ = Kind::kTurnover;
    drift.every_ = kTurnOfCachelib;
    drift.moving_ = kGroupsOfCachelib;
    drift.groups_.resize(kGroups);
    return drift;
  }
  const auto time = ParseDuration(time_text);
  if (!time || *time <= Duration::zero()) return refuse(kAccepted);
  drift.every_ = *time;
  if (kind == "turnover") {
    const auto share = ParseFraction(amount);
    if (!share || *share <= 0) return refuse(kAccepted);
    drift.kind_ = Kind::kTurnover;
    const double turn = static_cast<double>(time->count()) / *share;
    if (turn > 9e18) return refuse("a turnover that is done within 292 years");
    drift.every_ = Duration(std::llround(turn));
    drift.moving_ = kGroups;
    drift.groups_.resize(kGroups);
    return drift;
  }
  const auto count = ParseCount(amount);
  if (!count || *count == 0) return refuse(kAccepted);
  drift.amount_ = *count;
  if (kind == "walk") {
    drift.kind_ = Kind::kWalk;
    drift.amount_ %= keys;
  } else if (kind == "period") {
    drift.kind_ = Kind::kPeriod;
    if (*count < 2 || *count > keys) return refuse("2 parts or more, and no more than keys");
    if (static_cast<std::uint64_t>(time->count()) < *count) return refuse("a longer period");
  } else if (kind == "shuffle") {
    drift.kind_ = Kind::kShuffle;
    if (*count > keys / 2) return refuse("two chunks or more, so at most half of the keys in one");
    drift.groups_.resize(1);
  } else {
    return refuse(kAccepted);
  }
  return drift;
}

std::uint64_t Drift::Shuffle(Shuffled& group, std::uint64_t number, std::uint64_t epoch,
                             std::uint64_t size, std::uint64_t index) const {
  if (epoch == 0 || size < 2) return index;
  if (group.epoch != epoch) {
    group.epoch = epoch;
    group.places.emplace(size, Mix64(Mix64(seed_ + number) + epoch));
  }
  return (*group.places)(index);
}

std::uint64_t Drift::operator()(std::uint64_t index, Duration at) {
  const auto now = static_cast<std::uint64_t>(at.count());
  const auto every = static_cast<std::uint64_t>(every_.count());
  switch (kind_) {
    case Kind::kWalk:
      // Steps beyond the keys come round; the product stays below 2^80 by that.
      return (index + (now / every) % keys_ * amount_ % keys_) % keys_;
    case Kind::kPeriod: {
      const std::uint64_t part = now % every / (every / amount_) % amount_;
      return (index + part * (keys_ / amount_)) % keys_;
    }
    case Kind::kShuffle: {
      const std::uint64_t chunks = keys_ / amount_;  // what is left of the keys keeps its place
      if (index >= chunks * amount_) return index;
      const std::uint64_t chunk = Shuffle(groups_.front(), 0, now / every, chunks, index / amount_);
      return chunk * amount_ + index % amount_;
    }
    case Kind::kTurnover: {
      const std::uint64_t group = index % kGroups;
      if (group >= moving_) return index;
      // Groups have their turns one after another, so none of them right at the beginning.
      const std::uint64_t turn = (now + every / moving_ * group) / every;
      const std::uint64_t size = (keys_ - group + kGroups - 1) / kGroups;
      return Shuffle(groups_[group], group, turn, size, index / kGroups) * kGroups + group;
    }
  }
  return index;
}

}  // namespace ringlab
