// Preset: a load with the shape of a production cache, of published figures.
//
// From CacheLib's benchmark (github.com/facebook/CacheLib, cachelib/cachebench/test_configs; the
// folders' older names in brackets) and from B. Berg et al., "The CacheLib Caching Engine: Design
// and Experiences at Scale", OSDI 2020, which measured the same services:
//
//              kvcache                    cdn                     graph
// operations   get 88.0 %, set 12.0 %     gets alone              gets alone
// lone gets    none                       0.884 %                 23.2 %
// absent keys  -                          -                       55.6 %
// popularity   Zipf 1.0                   Zipf 0.7                Zipf 0.55
// keys         250,000                    175,000                 650,000
// sizes        core/source/published_sizes.h
//
// Operations and lone gets (keys that are asked for once, --scan here): getRatio, setRatio,
//   loneGetRatio and loneSetRatio of config.json. kvcache: ssd_perf/kvcache_l2_reg, 0.87983, 0.117,
//   1.04e-5, 0.00317; loneGetRatio is left out and lone sets are sets. hit_ratio/kvcache_reg has
//   gets alone. cdn: hit_ratio/cdn [bigcache], 0.99116 and 0.00884. graph: of fbobj in
//   ssd_perf/graph_cache_leader [tao_leader], 0.76846 and 0.23154.
// Absent keys: section 3.5, of SocialGraph's requests. Here of its keys, which is the same of
//   requests but for what the hottest keys happen to be.
// Popularity: exponents of section 3.1 and figure 3: Lookaside "close to 1", CDN, SocialGraph. The
//   benchmark's popularity tables (pop.json) are of other machines, and not Zipf throughout: of
//   their hottest 1 % and 10 % of the keys cdn has 13 and 37 % of the requests where Zipf 0.7 has
//   23 and 49 %, graph 11 and 38 % where Zipf 0.55 has 12 and 35 %.
// Keys: those of pop.json (10.5, 7.5 and 27.6 million), to the 8 GiB of cache (cacheSizeMB) of
//   hit_ratio's config.json as here to three nodes of 64 MiB, rounded: with more cache, more keys.
// Not told by these sources, so left to the flags: times to live, and arrivals, which are burstier
//   than Poisson (section 3.3). Popularity moves (section 3.1): --drift turnover:cachelib.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "loadgen/plan/operation.h"
#include "loadgen/plan/workload.h"

namespace ringlab {

struct Preset {
  std::string_view name;  // also of its tables of sizes
  double zipf_s;
  std::uint64_t keys;
  OperationMix mix;
  double scan;       // of the gets
  double not_found;  // of the keys
};

// "kvcache", "cdn" or "graph".
Result<const Preset*> FindPreset(std::string_view name);

// Whether a flag was given, by its name.
using IsGiven = std::function<bool(const char* flag)>;

// What of the preset the flags --keys, --zipf, --mix, --scan and --key-size have not said. Without
// gets no key is scanned, nor in a search, whose probes all send the same plan.
void ApplyPreset(const Preset& preset, const IsGiven& is_given, WorkloadOptions& options);

// `source`, a synthetic one, with the preset's sizes and absent keys where it does not say its own.
std::string PresetSource(const Preset& preset, std::string source);

}  // namespace ringlab
