// Theory: what a perfect hash would give this kind of ring, and where a ring stands against it.
//
// One shape for every kind of ring; what theory does not say of a kind is absent. Immutable, so any
// number of threads may share one: building it costs milliseconds (the draws), asking it nothing.
// The same arguments give the same figures.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ring/balance.h"
#include "core/ring/ring.h"
#include "sim/skew/dirichlet.h"
#include "sim/skew/skew.h"

namespace ringlab {

// Expected over all rings of the kind; `cv` is the root of E[cv^2]. Bands hold 95 % of rings:
// 2.5 % lie below, 2.5 % above.
struct Expectation {
  std::string model = {};  // "random points", "random keys", "table", "multi-probe", "none"
  std::optional<double> peak = {};
  std::optional<double> min = {};
  std::optional<double> cv = {};
  std::optional<double> gini = {};
  std::optional<Band> peak_band = {};
  std::optional<Band> min_band = {};
  std::optional<Band> cv_band = {};
  std::optional<Band> node_band = {};  // 99 % of the relative shares of one node; equal nodes alone
};

// Where one value stands among the rings of its kind. The p-value is Monte Carlo's, of which none
// is below 2 / (draws + 1), or exact where a distribution is.
struct Standing {
  double percentile = 0;    // 0 to 100: of rings with a smaller value
  double p_two_tailed = 1;  // the chance of a value so far out, at either end
};

struct Standings {
  std::optional<Standing> peak = {};
  std::optional<Standing> min = {};
  std::optional<Standing> cv = {};
};

// Mean and standard deviation over rings.
struct Moments {
  double mean = 0;
  double deviation = 0;
};

// Made by the functions below.
class Theory {
 public:
  // Statistics of rings drawn at random, in any order, as many of each.
  struct Draws {
    std::vector<double> peak;
    std::vector<double> min;
    std::vector<double> cv;
  };

  // keys * cv^2 is chi-square with so many degrees of freedom, above 0.
  struct RandomKeys {
    double keys = 0;
    std::uint64_t degrees = 0;
  };

  // Bands come from the draws, if there are any; what is not expected yet is their mean.
  explicit Theory(Expectation expected, Draws draws = {});
  Theory(Expectation expected, RandomKeys law);

  const Expectation& expected() const { return expected_; }

  Standings Judge(const BalanceStats& ring) const;

  // Of cv^2; absent where there are no draws.
  std::optional<Moments> squared_cv() const;

 private:
  Expectation expected_;
  Draws draws_;  // each ascends
  std::optional<RandomKeys> random_keys_;
};

// Every node has its points at random places: exact expectations, bands and standings from draws
// (1,000,000 gammas in all, but 200 to 4,000 rings).
Theory RandomPointsTheory(const Points& points, std::uint64_t seed);

// Each of `keys` sampled keys falls on a node with the probability of its ideal share: jump,
// rendezvous, anchor. cv and its band are exact; peak, min and gini, for equal nodes and 100 keys a
// node or more, by the normal distribution that the multinomial approaches.
Theory RandomKeysTheory(const std::vector<double>& ideal, std::uint64_t keys);

// A table of `slots` dealt evenly to nodes, as maglev does: exact, and so without bands.
Theory TableTheory(std::uint64_t nodes, std::uint64_t slots);

// One point a node, `probes` places a key, of which the one nearest to a point decides (B. Appleton
// and M. O'Reilly, "Multi-probe consistent hashing", 2015). For many nodes peak approaches
// k / (k - 1) and cv (k / (k - 1)) sqrt(1 / (2k - 1) - 1 / k^2); here, mean and bands of drawn
// rings of this very size, with the noise of sampled keys where there are some.
Theory MultiProbeTheory(std::uint64_t nodes, std::uint32_t probes,
                        std::optional<std::uint64_t> sampled_keys, std::uint64_t seed);

// The theory that fits a ring, by its dialect: model "none" where there is none.
Theory TheoryOf(const Ring& ring, const Skew& skew, std::uint64_t seed);

}  // namespace ringlab
