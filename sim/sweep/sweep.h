// Sweep: ring skew over many settings, each measured for many sets of names.
//
// A seed of a cell is another set of node names of the same shape (sim/skew/naming.h), and another
// choice of hot keys; seed 1 has the very names of the pattern. Pure; the same cells and seeds give
// the same rows, whoever measures which job.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/ring/balance.h"
#include "sim/skew/theory.h"
#include "sim/skew/traffic.h"
#include "sim/sweep/sweep_cells.h"

namespace ringlab {

inline constexpr std::uint64_t kSweepSeedsMax = 10'000;
inline constexpr std::uint64_t kSweepSamplesMax = 2'000'000;  // cells x seeds: 160 MB

struct SweepSample {
  BalanceStats ring;  // of the ring's shares
  BalanceStats load;  // of the requests
};

// What a job of a sweep found.
struct SweepMeasured {
  std::vector<SweepSample> samples = {};     // one for each Zipf exponent on the ring
  std::optional<Expectation> expected = {};  // of such rings, by the first job that has one
  std::optional<Error> failed = {};          // why the ring cannot be built; then there is no other
};

// A mean over seeds, and the interval that holds the true mean with 95 % confidence (Student's t);
// absent for one seed.
struct Estimate {
  double mean = 0;
  std::optional<Band> interval = {};
};

Estimate EstimateMean(const std::vector<double>& values);

struct SweepRow {
  SweepCell cell;
  std::uint64_t seeds = 0;
  Estimate peak;
  Estimate min;
  Estimate cv;  // root mean square, as theory expects it
  Estimate gini;
  Estimate load_peak;
  Estimate load_cv;      // likewise
  Expectation expected;  // of one ring
};

// All but `expected`; at least one sample.
SweepRow Summarise(const SweepCell& cell, const std::vector<SweepSample>& samples);

class Sweep {
 public:
  // `cells` as CellsOf gives them, at least one; seeds are first_seed, first_seed + 1, ...
  // kInvalidArgument for more than kSweepSamplesMax samples.
  static Result<Sweep> Create(std::vector<SweepCell> cells, std::uint64_t keys,
                              std::uint64_t first_seed, std::uint64_t seeds);

  // A job is a ring of one seed, and measures every Zipf exponent on it. They are in the order of
  // the cells.
  std::uint64_t jobs() const { return groups_.size() * seeds_; }

  // What a job finds; from any number of threads at a time, while others are taken too.
  SweepMeasured Measure(std::uint64_t job) const;

  // What Measure() found of a job, here or in another process with the same sweep; from one thread
  // at a time. kDataLoss when it has another number of samples than the job.
  Result<void> Take(std::uint64_t job, const SweepMeasured& measured);

  // What the first `done` jobs found: cells with fewer seeds at the end, if not all were.
  // kInvalidArgument naming a ring that cannot be built.
  Result<std::vector<SweepRow>> Rows(std::uint64_t done) const;

 private:
  // Cells next to each other that differ in their Zipf exponent alone.
  struct Group {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t theory = 0;  // the first group of as many nodes and points on that kind of ring
    Expectation expected = {};
    std::optional<Error> failed = {};  // of its first seed
  };

  Sweep(std::vector<SweepCell> cells, std::uint64_t keys, std::uint64_t first_seed,
        std::uint64_t seeds);

  Result<SweepMeasured> MeasureRing(std::size_t group, std::uint64_t seed_index) const;

  std::vector<SweepCell> cells_;
  std::uint64_t keys_;
  std::uint64_t first_seed_;
  std::uint64_t seeds_;
  std::vector<Group> groups_;
  std::vector<TrafficLaw> laws_;      // one for each exponent
  std::vector<std::size_t> law_of_;   // by cell
  std::vector<SweepSample> samples_;  // by cell, then by seed
};

}  // namespace ringlab
