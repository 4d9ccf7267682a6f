// RateSearch: which rate to probe next on the way to the highest one at which every bound holds.
//
// A state machine without a clock: it is told what came of each probe and says what to ask next.
//
//   climb     double the rate from the lowest until two trials out of three break a bound
//   narrow    probe where an isotonic fit over all probes has its edge (loadgen/search/edge.h)
//   confirm   a longer probe a little below that edge; when it breaks, again at a lower rate
//   overload  half as much again, and then
//   way down  the confirmed rate once more: does it hold right after too much?
//
// A probe that says nothing of its rate is repeated. The whole takes kSearchProbesMax probes at
// most over a range of 1:1000, not counting those, nor the two more that each rate takes at which
// trials of the climb disagree. Rates are in requests a second. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/search/edge.h"
#include "loadgen/search/probe.h"
#include "loadgen/search/range.h"

namespace ringlab {

inline constexpr std::size_t kSearchProbesMax = 25;
inline constexpr int kUntoldMax = 3;  // in a row; one more ends the search
inline constexpr int kConfirmationsMax = 6;
inline constexpr double kOverload = 1.5;  // of the confirmed rate
inline constexpr Duration kProbeLongest = std::chrono::seconds(60);

struct SearchSpec {
  std::vector<Threshold> bounds = {};  // one at least
  RateRange range;
  Duration probe = std::chrono::seconds(5);
  Duration confirm = std::chrono::seconds(30);
  double failures_accepted = 0.01;  // of the scheduled: more break a rate, too
};

// How long a percentile of the bounds has to be measured at a rate, with a little to spare.
Duration TimeToTell(const std::vector<Threshold>& bounds, double qps);

enum class SearchEnd : std::uint8_t {
  kGoesOn,        // it is not over, or was interrupted
  kFound,         // and confirmed
  kHighestHolds,  // the whole range holds, which was confirmed
  kLowestBreaks,  // nothing in the range holds
  kUnconfirmed,   // what the probes say did not hold for longer, kConfirmationsMax times
  kUntold,        // too many probes in a row said nothing
};

struct SearchResult {
  SearchEnd end = SearchEnd::kGoesOn;
  std::optional<double> rate_qps = {};  // that was confirmed
  std::optional<double> edge_qps = {};  // where the fit has it: a little above the rate
  std::optional<double> low_qps = {};   // the edge lies between them: with a rate, in nine of ten
  std::optional<double> high_qps = {};  // searches; else as far as it is known
  std::string binding = {};             // the demand that breaks first; "" when none did
  std::optional<double> growth = {};    // of its figure, by 5 % more load at the edge
  Limit limit = {};                     // of the probe right above the edge
  struct WayDown {
    double from_qps = 0;
    double qps = 0;
    bool holds = false;                  // right after the overload
    std::optional<bool> recovered = {};  // else: one probe later; absent when no probe told it
  };
  std::optional<WayDown> way_down = {};
};

class RateSearch {
 public:
  explicit RateSearch(SearchSpec spec);

  // What to ask next, or that the search is over. The same until it is told.
  const std::optional<ProbeOrder>& next() const { return next_; }

  // What came of next().
  void Tell(ProbeOutcome outcome);

  const SearchSpec& spec() const { return spec_; }
  const std::vector<Probe>& probes() const { return probes_; }
  SearchResult result() const;

  // What each strain is of: the bounds, the failures accepted, and that a run is VALID.
  std::vector<std::string> Demands() const;

 private:
  void Ask(double qps, Purpose purpose);
  void End(SearchEnd end);
  void Climb(bool holds);
  void Narrow();
  double Candidate() const;
  double LowestUnconfirmed() const;
  void Confirmed(bool holds);
  void Settle();
  void WayDown(bool holds);

  std::optional<Sample> SampleOf(const Probe& probe) const;
  std::vector<Sample> Samples() const;
  Edge EdgeNow() const;
  std::optional<double> FigureOf(const Probe& probe, std::size_t demand) const;
  void FillEdge(SearchResult& result) const;
  std::size_t MostStrained() const;
  std::size_t told() const;

  const SearchSpec spec_;
  std::optional<ProbeOrder> next_;
  std::vector<Probe> probes_;
  SearchEnd end_ = SearchEnd::kGoesOn;
  int untold_ = 0;  // in a row

  int holds_ = 0;  // of the rate that the climb is at
  int breaks_ = 0;
  double floor_ = 0;    // the highest rate of the climb that holds; 0: none yet
  double ceiling_ = 0;  // the lowest that does not
  std::size_t narrowed_ = 0;
  std::size_t halved_ = 0;
  int unconfirmed_ = 0;
  double confirmed_ = 0;
  double overload_ = 0;
  std::optional<SearchResult::WayDown> way_down_;
};

}  // namespace ringlab
