// What the client of a loopback run saw: every request in exactly one count, latencies.
// Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/histogram.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/types.h"
#include "loadgen/measure/measurements.h"

namespace ringlab {

// As in loadgen, a request counts once, however often it was tried; besides
//   failovers >= failed_over, wrong_values <= ok, level_* and written sum to ok,
//   written <= writes <= sent
struct ClientTotals : Totals {
  std::uint64_t failed_over = 0;   // requests that were tried on more than one node
  std::uint64_t failovers = 0;     // tries after a request's first
  std::uint64_t level_cache = 0;   // of ok, by what the answering node said: from its cache,
  std::uint64_t level_peer = 0;    // one hop further,
  std::uint64_t level_source = 0;  // from its source
  std::uint64_t leftovers = 0;     // of level_cache: by a node that does not own the key
  std::uint64_t writes = 0;        // of sent: sets and removes
  std::uint64_t written = 0;       // of ok

  friend bool operator==(const ClientTotals&, const ClientTotals&) = default;
};

// Empty when the identities hold (at the end of a run), else the first that does not.
std::string CheckIdentities(const ClientTotals& totals);

// Answers out of the cache of a node that does not own the key by the client's ring: what an old
// owner still holds after a change. In the order of the ring's nodes, since that ring was set.
struct Leftovers {
  std::vector<std::uint64_t> at;  // by the node that answered; those not on the ring are left out
  std::vector<std::uint64_t> of;  // by the node that owns the key
};

struct ClientReport {
  ClientTotals totals;
  std::uint64_t in_flight = 0;
  Duration elapsed{};  // from the start to the last answer so far
  // Of the requests that were answered, with a value or without one.
  Histogram response;  // done - intended time; open loop only
  Histogram service;   // done - first sending
  Histogram failed;    // of the others, like service
  Error first_error{};
  std::string plan_hash;            // of the requests that were walked
  std::optional<Error> plan_error;  // why a trace could not be read to its end
};

// Counts one answer to a get, wrong or not, and remembers the first failure; and to a write.
void CountAnswer(const Result<GetReply>& reply, bool wrong, ClientReport& report);
void CountWritten(const Result<void>& reply, ClientReport& report);

}  // namespace ringlab
