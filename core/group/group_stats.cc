// What a group's counters come to.
#include "core/group/group.h"

namespace ringlab {

GroupStats Group::stats() const {
  const FlightsStats flights = flights_.stats();
  const Layers::Stats layers = layers_.stats();
  const std::uint64_t hits = layers.main.hits + layers.hot.hits - counts_.disowned.value();
  const std::uint64_t peers_missed = counts_.peers_missed.value();
  const std::uint64_t from_peers = counts_.gets_from_peers.value();
  return GroupStats{
      .gets = counts_.gets_missed.value() + hits,
      .gets_from_peers = from_peers,
      .invalid = counts_.invalid.value(),
      .hits = hits,
      .hits_from_peers = from_peers - peers_missed,
      .joined = flights.joined,
      .led = flights.led,
      .refused = flights.refused,
      .late_hits = counts_.late_hits.value(),
      .negative_hits = counts_.negative_hits.value(),
      .too_late = counts_.too_late.value(),
      .refreshes = counts_.refreshes.value(),
      .peer_loads = counts_.peer_loads.value(),
      .peer_ok = counts_.peer_ok.value(),
      .peer_final = counts_.peer_final.value(),
      .peer_errors = counts_.peer_errors.value(),
      .fallbacks = counts_.fallbacks.value(),
      .fallbacks_refused = counts_.fallbacks_refused.value(),
      .asked_again = counts_.asked_again.value(),
      .other_rings = other_rings_.requests(),
      .source_loads_own = counts_.source_loads_own.value(),
      .source_loads = counts_.source_loads.value(),
      .source_ok = counts_.source_ok.value(),
      .source_not_found = counts_.source_not_found.value(),
      .source_errors = counts_.source_errors.value(),
      .answered_ok = hits + flights.answered_ok,
      .answered_not_found = counts_.negative_hits.value() + flights.answered_not_found,
      .answered_timeout = counts_.too_late.value() + flights.answered_timeout,
      .answered_error = counts_.invalid.value() + flights.refused + flights.answered_error,
      .sets = counts_.sets.value(),
      .removes = counts_.removes.value(),
      .writes_invalid = counts_.writes_invalid.value(),
      .writes_in_doubt = counts_.writes_in_doubt.value(),
      .writes_applied = counts_.writes_applied.value(),
      .writes_forwarded = counts_.writes_forwarded.value(),
      .writes_forwarded_ok = counts_.writes_forwarded_ok.value(),
      .writes_forwarded_failed = counts_.writes_forwarded_failed.value(),
      .copies_dropped = counts_.copies_dropped.value(),
      .superseded = layers.all.superseded,
      .batches = counts_.batches.value(),
      .hits_hot = layers.hot.hits,
      .hits_stale = layers.main.stale_hits,
      .copies_offered = counts_.copies_offered.value(),
      .copies_kept = counts_.copies_kept.value(),
      .invalidations = counts_.invalidations.value(),
      .invalidations_failed = counts_.invalidations_failed.value(),
      .invalidations_left_out = counts_.invalidations_left_out.value(),
      .peeks = counts_.peeks.value(),
      .peeks_found = counts_.peeks_found.value(),
      .peeks_asked = counts_.peeks_asked.value(),
      .peeks_answered = counts_.peeks_answered.value(),
      .doubted = counts_.doubted.value(),
      .disowned = counts_.disowned.value(),
      .cache = layers.all,
      .flights = flights,
  };
}

}  // namespace ringlab
