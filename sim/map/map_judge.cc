#include "sim/map/map_judge.h"

#include "core/base/check.h"

namespace ringlab {

namespace {

double Part(std::uint64_t part, std::uint64_t of) {
  return of == 0 ? 1 : static_cast<double>(part) / static_cast<double>(of);
}

}  // namespace

MapSecond& MapSeries::At(TimePoint time) {
  RL_CHECK(time >= start_);
  const auto second = static_cast<std::size_t>((time - start_) / std::chrono::seconds(1));
  if (second >= seconds_.size()) seconds_.resize(second + 1);
  return seconds_[second];
}

std::span<const MapSecond> MapSeries::Between(std::size_t begin, std::size_t end) {
  RL_CHECK(begin <= end);
  if (end > seconds_.size()) seconds_.resize(end);
  return std::span<const MapSecond>(seconds_).subspan(begin, end - begin);
}

double GoodputOf(std::span<const MapSecond> seconds) {
  MapSecond sum;
  for (const MapSecond& second : seconds) {
    sum.asked += second.asked;
    sum.answered += second.answered;
  }
  return Part(sum.answered, sum.asked);
}

double HitRatioOf(std::span<const MapSecond> seconds) {
  MapSecond sum;
  for (const MapSecond& second : seconds) {
    sum.gets += second.gets;
    sum.hits += second.hits;
  }
  return Part(sum.hits, sum.gets);
}

MapVerdict JudgeRecovery(std::span<const MapSecond> before, std::span<const MapSecond> after,
                         std::size_t hold) {
  RL_CHECK(hold >= 1);
  const double goodput = GoodputOf(before);
  const double hit_ratio = HitRatioOf(before);
  MapVerdict verdict{.was_well = goodput >= kMapWellBefore, .back_after = std::nullopt};
  if (!verdict.was_well) return verdict;
  std::size_t well = 0;  // in a row, up to here
  for (std::size_t i = 0; i < after.size(); ++i) {
    const bool is_well = GoodputOf(after.subspan(i, 1)) >= kMapGoodputPart * goodput &&
                         HitRatioOf(after.subspan(i, 1)) >= hit_ratio - kMapHitRatioLess;
    well = is_well ? well + 1 : 0;
    if (well < hold) continue;
    verdict.back_after = i + 1 - hold;
    return verdict;
  }
  return verdict;
}

}  // namespace ringlab
