// Shard: one of several generators that send one plan together, each on a machine of its own.
//
// Shard I of N sends the requests whose index is I mod N, and its workers divide those among them
// in turn. So all shards together send each request of the plan once, at its planned time, whatever
// N is and however many workers each has; and the plan has one hash. Every shard walks the whole
// plan, at some 100 ns a request and worker.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"
#include "loadgen/plan/workload.h"

namespace ringlab {

struct Shard {
  std::uint64_t index = 0;  // below `of`
  std::uint64_t of = 1;     // 1: the whole plan

  bool is_whole() const { return of == 1; }
  bool Sends(std::uint64_t request) const { return request % of == index; }
  std::string ToString() const;  // "0/4"

  friend bool operator==(const Shard&, const Shard&) = default;
};

inline constexpr std::uint64_t kShardsMax = 256;  // by as many workers: the ledger's 2^16 writers

// "0/4": I/N with I from 0 to N - 1 and N up to kShardsMax. kInvalidArgument for anything else.
Result<Shard> ParseShard(std::string_view text);

// What one worker of a shard sends. `plan` at its beginning; worker < workers <= 256.
PlanSlice SliceOf(Workload plan, const Shard& shard, std::uint64_t worker, std::uint64_t workers);

// A moment that several machines know, since 1970 in UTC: "2026-12-01T09:30:00Z", with a fraction
// of a second if need be, or seconds since 1970, as `date +%s` prints them. kInvalidArgument for
// anything else.
Result<Duration> ParseMoment(std::string_view text);

// "2026-12-01T09:30:00Z", with as many digits of a fraction as it has.
std::string MomentText(Duration since_1970);

}  // namespace ringlab
