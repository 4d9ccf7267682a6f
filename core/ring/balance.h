// Balance: how evenly load falls on nodes.
//
// Pure arithmetic over one number a node: requests, shares, bytes.
#pragma once

#include <optional>
#include <vector>

namespace ringlab {

// None depends on the unit of the loads. All 1 (or 0 for cv and gini) when they are equal.
struct BalanceStats {
  double peak_to_mean = 0;  // the most loaded node over the mean: 1 to N
  double min_to_mean = 0;   // the least loaded node over the mean: 0 to 1
  double cv = 0;            // coefficient of variation, of the population
  double gini = 0;          // 0 even, (N - 1) / N all on one node
  double jain = 0;  // R. Jain's fairness index (1984), 1 / (1 + cv^2): 1 even, 1 / N all on one
};

// Loads are finite and not negative, in any order. Absent without nodes or without any load: there
// is no balance to speak of.
std::optional<BalanceStats> MeasureBalance(const std::vector<double>& loads);

// loads over their sum; empty without any load.
std::vector<double> SharesOf(const std::vector<double>& loads);

}  // namespace ringlab
