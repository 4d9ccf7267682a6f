// SyntheticSource: an origin that needs no database and whose every answer can be verified.
//
// Values are those of core/source/synthetic_value.h. Latency, absent keys and failures are
// configured, so it plays a fast disk, a slow database or a failing one. Thread-safe; answers on
// the scheduler's thread, or inside Load when the latency is zero.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/scheduler.h"
#include "core/source/size_index.h"
#include "core/source/size_table.h"
#include "core/source/source.h"

namespace ringlab {

struct SyntheticSpec {
  std::size_t size_min = 100;  // value size in bytes: uniform between the two, decided by the key
  std::size_t size_max = 100;
  const SizeTable* sizes = nullptr;  // their law instead, of which the two above are the ends
  std::shared_ptr<const SizeIndex> index = nullptr;  // of keys whose sizes are known: they first
  std::string index_file = {};                       // where it is to be had; "": nowhere
  Duration latency = Duration::zero();               // mean time of a load
  bool exponential = false;   // latency drawn from an exponential law, else constant
  double not_found = 0;       // fraction of the keys that have no value, by key
  double error = 0;           // fraction of the loads that fail, by load
  std::uint64_t version = 0;  // of every value
};

inline constexpr std::size_t kSyntheticSizeMax = std::size_t{64} << 20;

// "size=100,latency=1ms", "size=64-4KiB,latency=exp:2ms,not-found=1%,error=0.1%,version=3",
// "size=kvcache" and the other tables of core/source/published_sizes.h, "sizes=FILE"; "" means the
// defaults. Of a file the name is taken alone: who may read files (node/sql/source_spec.h) does.
Result<SyntheticSpec> ParseSyntheticSpec(std::string_view text);

// The size of `key`'s value, and whether it has one at all.
std::size_t SyntheticSize(const SyntheticSpec& spec, std::string_view key);
bool SyntheticExists(const SyntheticSpec& spec, std::string_view key);

class SyntheticSource final : public Source {
 public:
  // The scheduler must outlive the source, unless its pending tasks are dropped first.
  SyntheticSource(SyntheticSpec spec, std::uint64_t seed, Scheduler& scheduler);

  void Load(std::string_view key, LoadCallback done) override;

 private:
  Result<Value> Answer(std::string_view key, std::uint64_t draw) const;

  const SyntheticSpec spec_;
  const std::uint64_t seed_;
  Scheduler& scheduler_;
  std::atomic<std::uint64_t> loads_{0};
};

}  // namespace ringlab
