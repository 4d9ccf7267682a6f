// Sizes of keys and values that production caches were published to have.
//
// All are from CacheLib's benchmark (github.com/facebook/CacheLib, Apache 2.0, folder
// cachelib/cachebench/test_configs), where tables of up to 25,000 rows give the weight of every
// 32-byte class of value sizes:
//
// kvcache  hit_ratio/kvcache_reg/sizes.json (memcache_reg in older versions)
// cdn      hit_ratio/cdn/sizes.json (bigcache)
// graph    ssd_perf/graph_cache_leader/fbobj_sizes.json (tao_leader)
//
// Each is condensed to some 25 steps: the part of all weights up to a size, with every size of a
// step as likely as another. The part up to 6 KB (cdn: 4 KB) was summed class by class, and what is
// beyond by runs of some hundred classes, each by its mean weight. So no part below is off by more
// than a hundredth (cdn, from the median on: three hundredths), and no mean by more than a tenth.
// Classes are named by their upper end there, and CacheBench uses that size alone; here a class is
// spread. Values begin at 8 bytes, so that each has room for its version: 8 % of graph's are below
// 32 bytes, of the others less than 0.1 %.
//
//            mean      median    90 %      99 %     largest
// kvcache    321 B     136 B     187 B     965 B    511 KiB
// cdn        34.2 kB   15.9 kB   77.9 kB   268 kB   4.0 MiB
// graph      365 B     210 B     511 B     2.3 kB   205 KiB
//
// For comparison, B. Berg et al., OSDI 2020, section 3.2, of other machines of the same services: a
// median of 100 B (Lookaside), many objects of 10 to 20 B (SocialGraph), chunks of 128 kB (CDN).
//
// Keys: config.json of the same folders: kvcache 16 to 255 bytes, cdn and graph 1 to 8 bytes (30 %)
// or 9 to 64 (70 %).
#pragma once

#include <string>
#include <string_view>

#include "core/source/size_table.h"

namespace ringlab {

// "kvcache", "cdn", "graph"; nullptr for another name.
const SizeTable* FindValueSizes(std::string_view name);
const SizeTable* FindKeySizes(std::string_view name);

// "kvcache, cdn or graph"
std::string PublishedSizeNames();

}  // namespace ringlab
