#include "sim/sweep/sweep_cells.h"

#include <algorithm>
#include <utility>

#include "core/base/parse.h"
#include "sim/skew/naming.h"

namespace ringlab {

namespace {

constexpr double kZipfMax = 20;

tl::unexpected<Error> Refuse(std::string_view axis, std::string_view value,
                             const std::string& accepted) {
  return Fail(Code::kInvalidArgument,
              std::string(axis) + ": \"" + std::string(value) + "\": expected " + accepted);
}

template <class T>
void AddOnce(std::vector<T>& values, T value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) {
    values.push_back(std::move(value));
  }
}

Result<void> AddValue(std::string_view axis, std::string_view value, SweepAxes& axes) {
  if (axis == "replicas") {
    const auto n = ParseCount(value);
    if (!n || *n == 0 || *n > kMaxReplicas) return Refuse(axis, value, "1 to 1000000 points");
    AddOnce(axes.replicas, static_cast<std::uint32_t>(*n));
  } else if (axis == "nodes") {
    const auto n = ParseCount(value);
    if (!n || *n == 0 || *n > kMaxNamedNodes)
      return Refuse(axis, value, "1 to " + std::to_string(kMaxNamedNodes) + " nodes");
    AddOnce(axes.nodes, *n);
  } else if (axis == "zipf") {
    const auto s = ParseNumber(value);
    if (!s || !(*s >= 0 && *s <= kZipfMax)) return Refuse(axis, value, "an exponent from 0 to 20");
    AddOnce(axes.zipf, *s);
  } else if (axis == "names") {
    if (const auto names = NamesFromPattern(value, 1); !names) {
      return Refuse(axis, value, "a pattern with {i}, such as node-{i}");
    }
    AddOnce(axes.names, std::string(value));
  } else if (value == "all") {
    for (const std::string_view dialect : RingDialects()) AddOnce(axes.rings, std::string(dialect));
  } else {
    const auto ring = BuildRing({.dialect = std::string(value)}, {{"a"}});
    if (!ring) return Fail(Code::kInvalidArgument, ring.error().message);
    AddOnce(axes.rings, std::string(value));
  }
  return {};
}

template <class T>
std::vector<T> OrBase(const std::vector<T>& values, const T& base) {
  return values.empty() ? std::vector<T>{base} : values;
}

bool KnowsReplicas(const std::string& dialect) {
  const RingKind* kind = FindRingKind(dialect);
  return kind != nullptr && kind->uses_replicas;
}

}  // namespace

Result<void> CheckPoints(const std::string& dialect, std::uint64_t nodes, std::uint32_t replicas) {
  if (!KnowsReplicas(dialect) || nodes <= kMaxRingPoints / replicas) return {};
  return Fail(Code::kInvalidArgument, std::to_string(nodes) + " nodes with " +
                                          std::to_string(replicas) + " points each on ring \"" +
                                          dialect + "\"; expected at most " +
                                          std::to_string(kMaxRingPoints) + " points in all");
}

Result<void> AddSweepAxis(std::string_view text, SweepAxes& axes) {
  constexpr std::string_view kAxes[] = {"replicas", "nodes", "ring", "zipf", "names"};
  const auto [axis, values] = SplitOnce(text, '=');
  if (std::find(std::begin(kAxes), std::end(kAxes), axis) == std::end(kAxes) || values.empty()) {
    return Fail(Code::kInvalidArgument,
                "\"" + std::string(text) +
                    "\": expected AXIS=VALUE,VALUE… with an axis of replicas, nodes, ring, zipf or "
                    "names, such as replicas=1,10,50,100");
  }
  for (const std::string_view value : SplitAt(values, ',')) {
    if (auto added = AddValue(axis, value, axes); !added) return added;
  }
  return {};
}

Result<std::vector<SweepCell>> CellsOf(const SweepAxes& axes, const SweepCell& base) {
  std::vector<SweepCell> cells;
  for (const std::string& ring : OrBase(axes.rings, base.ring)) {
    const auto replicas =
        KnowsReplicas(ring) ? OrBase(axes.replicas, base.replicas) : std::vector<std::uint32_t>{1};
    for (const std::string& names : OrBase(axes.names, base.names)) {
      for (const std::uint64_t nodes : OrBase(axes.nodes, base.nodes)) {
        for (const std::uint32_t vnodes : replicas) {
          for (const double s : OrBase(axes.zipf, base.zipf_s)) {
            if (auto fits = CheckPoints(ring, nodes, vnodes); !fits) {
              return tl::unexpected<Error>(fits.error());
            }
            cells.push_back({ring, vnodes, nodes, s, names});
            if (cells.size() > kSweepCellsMax) {
              return Fail(Code::kInvalidArgument, "a sweep of more than " +
                                                      std::to_string(kSweepCellsMax) +
                                                      " cells; expected fewer values");
            }
          }
        }
      }
    }
  }
  return cells;
}

}  // namespace ringlab
