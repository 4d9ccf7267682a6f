// Whether a cluster comes back: what it did, second by second, and what that means. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/time.h"

namespace ringlab {

struct MapSecond {
  // Clients' requests that began in this second, and what has come of them, whenever it came.
  std::uint64_t asked = 0;
  std::uint64_t answered = 0;  // with a value, to the first call or to a later one
  // In this second.
  std::uint64_t calls = 0;         // sent by clients, to begin with or again
  std::uint64_t gets = 0;          // of clients' calls, at the nodes
  std::uint64_t hits = 0;          // of these, found in some node's cache
  std::uint64_t source_loads = 0;  // that began
};

// Seconds from the first on. Not thread-safe.
class MapSeries {
 public:
  explicit MapSeries(TimePoint start) : start_(start) {}

  // That of a time from the start on; made when there is none yet.
  MapSecond& At(TimePoint time);

  // `begin` <= `end`; made likewise.
  std::span<const MapSecond> Between(std::size_t begin, std::size_t end);

 private:
  const TimePoint start_;
  std::vector<MapSecond> seconds_;
};

// Of the requests, those that were answered; of the gets, those that hit. 1 where there were none.
double GoodputOf(std::span<const MapSecond> seconds);
double HitRatioOf(std::span<const MapSecond> seconds);

// How near to what it was before a second must come, to be well.
inline constexpr double kMapGoodputPart = 0.95;   // of the goodput before
inline constexpr double kMapHitRatioLess = 0.05;  // below the hit ratio before

// Of these requests at least so many must be answered before a shock: else there is nothing that
// the shock could have ended.
inline constexpr double kMapWellBefore = 0.95;

struct MapVerdict {
  bool was_well = false;
  // Seconds of `after` until the first of `hold` in a row that are well; none: there are none.
  std::optional<std::size_t> back_after;
};

// `before` the shock, and `after` it was over; both of seconds whose requests have all ended.
// hold >= 1.
MapVerdict JudgeRecovery(std::span<const MapSecond> before, std::span<const MapSecond> after,
                         std::size_t hold);

}  // namespace ringlab
