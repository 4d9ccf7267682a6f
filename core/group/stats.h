// What a group counts, and the identities between the counts.
#pragma once

#include <cstdint>
#include <string>

#include "core/cache/cache.h"
#include "core/group/flights.h"

namespace ringlab {

// Every Get ends in exactly one of answered_*, and takes exactly one path:
//   gets + refreshes = invalid + hits + negative_hits + too_late + joined + led + refused
//   gets = answered_ok + answered_not_found + answered_timeout + answered_error
//   led = late_hits + peer_loads + source_loads_own + peeks_found
//   peer_loads = peer_ok + peer_final + peer_errors,  peer_errors = fallbacks + fallbacks_refused
//   source_loads = source_loads_own + fallbacks = source_ok + source_not_found + source_errors
// and so does every write:
//   sets + removes =
//       writes_invalid + writes_in_doubt + writes_applied + writes_forwarded + copies_dropped
//   writes_forwarded = writes_forwarded_ok + writes_forwarded_failed
// They hold at quiescence; CheckIdentities says which one does not.
struct GroupStats {
  std::uint64_t gets = 0;
  std::uint64_t gets_from_peers = 0;  // of these, the ones that had taken their hop

  std::uint64_t invalid = 0;          // refused for what they asked: an empty key
  std::uint64_t hits = 0;             // found in the cache
  std::uint64_t hits_from_peers = 0;  // of these, the Gets that had taken their hop
  std::uint64_t joined = 0;           // waited on another's load
  std::uint64_t led = 0;              // began a load
  std::uint64_t refused = 0;          // turned away at a limit of the flights, or when stopping
  std::uint64_t late_hits = 0;        // led, then found what had landed in between
  std::uint64_t negative_hits = 0;    // keys that the source had no value for, not long ago
  std::uint64_t too_late = 0;         // their deadline had passed before a load could begin
  std::uint64_t refreshes = 0;        // loads that nobody waits for: of a value served stale

  std::uint64_t peer_loads = 0;   // asked of the owner
  std::uint64_t peer_ok = 0;      // a value came
  std::uint64_t peer_final = 0;   // an answer that no other node could better: not found, late
  std::uint64_t peer_errors = 0;  // anything else
  std::uint64_t fallbacks = 0;    // peer errors made good from our own source
  std::uint64_t fallbacks_refused = 0;  // peer errors passed on: too many fallbacks under way
  std::uint64_t asked_again = 0;  // peer loads that were still under way there, and waited for
  std::uint64_t other_rings = 0;  // requests of peers who see another ring than this node

  std::uint64_t source_loads_own = 0;  // as the owner, or for a peer who takes us for the owner
  std::uint64_t source_loads = 0;
  std::uint64_t source_ok = 0;
  std::uint64_t source_not_found = 0;
  std::uint64_t source_errors = 0;

  std::uint64_t answered_ok = 0;
  std::uint64_t answered_not_found = 0;
  std::uint64_t answered_timeout = 0;
  std::uint64_t answered_error = 0;

  // Writes, those that peers forwarded to us included.
  std::uint64_t sets = 0;
  std::uint64_t removes = 0;
  std::uint64_t writes_invalid = 0;       // refused for what they asked
  std::uint64_t writes_in_doubt = 0;      // refused: perhaps this node owns the key no longer
  std::uint64_t writes_applied = 0;       // here
  std::uint64_t writes_forwarded = 0;     // to the owner
  std::uint64_t writes_forwarded_ok = 0;  // which applied them
  std::uint64_t writes_forwarded_failed = 0;
  std::uint64_t copies_dropped = 0;  // removes that an owner sent to those with copies of a key

  std::uint64_t superseded = 0;  // loads that a write overtook: answered, and not stored
  std::uint64_t batches = 0;     // GetMany calls; each of their keys is one of the gets

  // Copies of hot keys. Hits of copies and of stale entries are among the hits.
  std::uint64_t hits_hot = 0;
  std::uint64_t hits_stale = 0;
  std::uint64_t copies_offered = 0;  // by us, as their owner
  std::uint64_t copies_kept = 0;     // by us, of another's keys
  std::uint64_t invalidations = 0;   // nodes told that a copy of theirs is no longer right
  std::uint64_t invalidations_failed = 0;
  std::uint64_t invalidations_left_out = 0;  // nodes not told: too many; their copies live out
  std::uint64_t peeks = 0;                   // loads that asked the key's former owner first
  std::uint64_t peeks_found = 0;             // which had it
  std::uint64_t peeks_asked = 0;             // of us, as the former owner; these are no Gets
  std::uint64_t peeks_answered = 0;          // with a value
  std::uint64_t doubted = 0;   // loads that waited for word whether this node owns its keys still
  std::uint64_t disowned = 0;  // found and not served: the key is another's, in a written group

  CacheStats cache;
  FlightsStats flights;
};

// Every count of `more`, those of the cache and the flights too, on top of those of `sum`.
void Add(const GroupStats& more, GroupStats& sum);

// Empty when all identities hold, else the first that does not, with its figures.
std::string CheckIdentities(const GroupStats& stats);

}  // namespace ringlab
