// Nodes: what each owns of the ring, should get and got, beside its latency. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "results/html/page.h"
#include "results/text/json_fields.h"

namespace ringlab::html {

// Of more nodes, the busiest and the idlest are shown alone.
inline constexpr std::size_t kNodeRows = 30;
inline constexpr std::size_t kBusiest = 20;
inline constexpr std::size_t kIdlest = 10;

struct NodeRow {
  std::string name;
  double ideal = 0;  // the share that it should have of the ring
  std::optional<double> arc = {};
  std::optional<double> expected = {};
  std::optional<double> measured = {};
  std::optional<double> requests = {};
  std::optional<double> p50_ns = {};
  std::optional<double> p99_ns = {};
  std::optional<double> failed = {};
  std::optional<double> asked = {};  // requests that it was asked, whoever owns the key
  std::optional<double> asked_failed = {};
  std::optional<double> asked_p50_ns = {};
  std::optional<double> asked_p99_ns = {};
  std::optional<double> cpu_cores = {};
  std::optional<double> resident_bytes = {};

  // The share that decides how busy it is: measured, else expected, else of the ring.
  double Load() const;
};

// The rows that a table has room for: all, or the busiest and the idlest, busiest first.
std::vector<NodeRow> RowsToShow(std::vector<NodeRow> rows);

// A table with a strip a node, a note on what it leaves out, and then a chart of all. `id` begins
// the names of its charts.
std::string NodesMarkup(const std::string& id, const std::vector<NodeRow>& rows);

// The circle, beside what it shows. `arcs` is an object with "ends" and "owners", or null.
std::string CircleMarkup(const std::vector<NodeRow>& rows, const Json& arcs);

// "balance" of a loadgen result.
Section BalanceSection(const Json& result);

}  // namespace ringlab::html
