// GroupCounts: what a group counts itself; what its cache and its flights count comes on top
// (core/group/group_stats.cc).
#pragma once

#include "core/base/counter.h"

namespace ringlab {

// The names are those of GroupStats. The cache counts its hits: a second count of them would be a
// tenth of what a hit costs.
struct GroupCounts {
  Counter gets_missed, peers_missed, gets_from_peers, invalid, late_hits;
  Counter peer_loads, peer_ok, peer_final, peer_errors, fallbacks, fallbacks_refused;
  Counter asked_again;
  Counter source_loads_own, source_loads, source_ok, source_not_found, source_errors;
  Counter sets, removes, writes_invalid, writes_in_doubt, writes_applied, copies_dropped, batches;
  Counter refreshes, negative_hits, too_late, doubted, disowned, copies_offered, copies_kept;
  Counter invalidations, invalidations_failed, invalidations_left_out;
  Counter writes_forwarded, writes_forwarded_ok, writes_forwarded_failed;
  Counter peeks, peeks_found, peeks_asked, peeks_answered;
};

}  // namespace ringlab
