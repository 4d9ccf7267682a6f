// Churn: plays a script on a LoopbackCluster while traffic goes on, and measures what each change
// cost.
//
// A step's change is made at its time; a kill becomes known to nodes and client `detect` later.
// The nodes' counts are read every kLookEvery. "The shares fit the new ring" is defined so: a
// stretch of kWindow, wholly after the new ring was told, in which
//   (a) callers' requests by owner, as the nodes counted them, have a chi-square p above kFitsAbove
//       against the new ring's expected shares, and none went to who is not on it;
//   (b) no node loaded from its source in an owner's place (no fallback).
// What an old owner still answered out of its cache counts for the owner, and is told apart as
// leftovers. Shares fit from the *begin* of the first such stretch, counted from the change.
// From one thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/loopback/loopback.h"
#include "sim/plan/churn_plan.h"
#include "sim/plan/client.h"

namespace ringlab {

// A node's share of the requests by the ring before and after a change, expected and measured. Old:
// from when that ring's shares fitted (or the start) to the change. New: from when they fit (or, if
// they never do, from when the ring was told) to the next step or the end. Absent for a node that
// is not on that ring, or when nothing was asked.
struct ChurnShare {
  std::string node;
  std::optional<double> old_expected = {};
  std::optional<double> old_measured = {};
  std::optional<double> new_expected = {};
  std::optional<double> new_measured = {};
};

// What happened in a stretch of time, to a tenth of a second.
struct ChurnWindow {
  Duration length{};
  std::uint64_t requests = 0;  // answered
  std::uint64_t errors = 0;    // timeouts included
  std::uint64_t failovers = 0;
  std::uint64_t source_loads = 0;  // misses: what the cluster had to ask its source
  std::uint64_t fallbacks = 0;     // of these, in an owner's place
};

struct ChurnEvent {
  ChurnStep step;
  Duration began{};  // from the start of the traffic: when the change really happened
  Duration told{};   // likewise: when the last node had the new ring
  std::size_t nodes_before = 0;
  std::size_t nodes_after = 0;
  double moved = 0;        // fraction of the key space that changed its owner
  double moved_ideal = 0;  // what ideal shares ask for: an expected value
  double spurious = 0;     // moved between two nodes that were there before and after
  ChurnWindow before;      // as long as `during`, up to the change; cut short by the start
  ChurnWindow during;      // from the change to when the shares fit, kWindow at least
  std::optional<Duration> fits_after = {};  // the change; absent: not before the next step or end
  std::uint64_t leftovers = 0;     // from when the ring was told to the next step or the end
  std::vector<ChurnShare> shares;  // ascending by name
};

struct ChurnResult {
  std::vector<ChurnEvent> events;       // steps that were played
  std::vector<std::string> not_played;  // steps for which the run was too short, as text
};

class Churn {
 public:
  static constexpr Duration kLookEvery = std::chrono::milliseconds(100);
  static constexpr Duration kWindow = std::chrono::milliseconds(500);
  static constexpr double kFitsAbove = 0.01;
  static constexpr std::uint64_t kRequestsMin = 100;  // to speak of shares

  // Expected shares of requests by the nodes of a ring, in its order.
  using Expect = std::function<std::vector<double>(const Ring& ring)>;

  // Rings and expectations are worked out here, before the traffic. Errors:
  // CheckScript's, and what the kind of ring cannot do.
  static Result<std::unique_ptr<Churn>> Prepare(LoopbackCluster& cluster, Client& client,
                                                const std::vector<ChurnStep>& script,
                                                Duration detect, const Expect& expect);
  ~Churn();

  // Plays what is due and reads the counts, `now` after the start of the traffic. Returns the step
  // that began, if one did. An error when a node cannot start.
  Result<std::optional<ChurnStep>> Tick(Duration now);

  // When Tick is next wanted, at most kLookEvery from `now`.
  Duration NextTick(Duration now) const;

  // After the traffic.
  ChurnResult Finish(Duration now);

 private:
  struct Event;

  // A reading of all counts.
  struct Look {
    Duration at{};
    ChurnWindow so_far;                        // since the start
    std::uint64_t leftovers = 0;               // likewise
    std::shared_ptr<const OwnerCounts> owned;  // leftovers put right; null in old ones
  };

  Churn(LoopbackCluster& cluster, Client& client);

  Result<void> Play(const ChurnAction& action);
  void TakeLook(Duration now);
  void FindFit();
  static bool Fits(const Look& from, const Look& to, const Event& event);
  void CloseTold();
  const Look& LookFrom(Duration at) const;
  void FillWindows(Event& event) const;
  void FillShares(Event& event) const;

  LoopbackCluster& cluster_;
  Client& client_;
  std::vector<ChurnAction> actions_;  // in order of time
  std::size_t next_ = 0;              // of actions_
  std::vector<Event> events_;         // one a step
  std::vector<Look> looks_;           // of the whole run
  std::size_t with_owned_ = 0;        // the first of looks_ that has counts by owner
  Look baseline_;                     // since when the shares are those of the present ring
};

}  // namespace ringlab
