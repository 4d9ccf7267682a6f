#include "sim/skew/ring_report.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <utility>

#include "core/base/check.h"
#include "core/base/random.h"
#include "core/ring/bounded_loads.h"
#include "core/ring/point_ring.h"
#include "loadgen/plan/expected_shares.h"
#include "loadgen/plan/workload.h"

namespace ringlab {

namespace {

constexpr std::uint64_t kOrderKeys = 4096;
constexpr std::uint64_t kActivePerNode = 100;

void Shuffle(std::vector<RingNode>& nodes, Rng& rng) {
  for (std::size_t i = nodes.size(); i > 1; --i) std::swap(nodes[i - 1], nodes[rng.Below(i)]);
}

// Whether the ring came out the same from its nodes in other orders: backwards, and shuffled.
bool IsOrderIndependent(const RingReportOptions& options, const Ring& ring) {
  Rng rng = Rng(options.seed).Split("order");
  std::vector<RingNode> nodes = options.nodes;
  std::reverse(nodes.begin(), nodes.end());
  for (int order = 0; order < 2; ++order) {
    const auto other = BuildRing(options.ring, nodes);
    if (!other || (*other)->fingerprint() != ring.fingerprint()) return false;
    for (std::uint64_t k = 0; k < kOrderKeys; ++k) {
      const std::string key = "order-" + std::to_string(rng.Next());
      if ((*other)->OwnerOf(key) != ring.OwnerOf(key)) return false;
    }
    Shuffle(nodes, rng);
  }
  return true;
}

Resize Changed(const Ring& ring, std::string node, const Result<std::shared_ptr<const Ring>>& after,
               const Sampling& sampling) {
  Resize resize{.node = std::move(node), .movement = {}, .refusal = {}};
  if (after) {
    resize.movement = CompareRings(ring, **after, sampling);
  } else {
    resize.refusal = after.error().message;
  }
  return resize;
}

// Without anybody in particular: the last name that the ring lets go.
Resize RemoveLast(const Ring& ring, const std::vector<RingNode>& nodes, const Sampling& sampling) {
  Resize resize;
  for (std::size_t i = nodes.size(); i > 0 && !resize.movement; --i) {
    const std::string& name = nodes[i - 1].name;
    resize = Changed(ring, name, ring.Without(name), sampling);
  }
  return resize;
}

BoundedOutcome PlaceBounded(const RingReportOptions& options,
                            const std::shared_ptr<const Ring>& ring, const Workload& plan) {
  const std::uint64_t nodes = options.nodes.size();
  BoundedOutcome outcome{.factor = *options.load_bound, .active = kActivePerNode * nodes};
  auto bounded = BoundedLoads::Make(ring, outcome.factor);
  RL_CHECK_BECAUSE(bounded.has_value(), "the factor was checked with the flags");
  Rng rng = Rng(options.seed).Split("bounded loads");
  std::vector<std::uint64_t> unbounded(nodes, 0);
  std::vector<std::uint64_t> placed(nodes, 0);
  std::string key;
  for (std::uint64_t i = 0; i < outcome.active; ++i) {
    key.clear();
    AppendKey(plan.scatter()(plan.zipf()(rng) - 1), key);
    ++unbounded[ring->OwnerOf(key)];
    ++placed[bounded->Acquire(key)];
  }
  const auto peak = [&](const std::vector<std::uint64_t>& counts) {
    return static_cast<double>(*std::max_element(counts.begin(), counts.end())) /
           static_cast<double>(kActivePerNode);
  };
  outcome.unbounded_peak = peak(unbounded);
  outcome.peak = peak(placed);
  const auto active = static_cast<double>(outcome.active);
  outcome.spilled = static_cast<double>(bounded->spilled()) / active;
  outcome.probes_per_lookup = static_cast<double>(bounded->probes()) / active;
  return outcome;
}

void FillTraffic(const RingReportOptions& options, const Ring& ring, const Permutation& scatter,
                 RingReport& report) {
  const TrafficLaw law(options.keys, options.zipf_s, kExactRanks);
  report.load_peaks = PeaksOverPlacements(SharesIn(report.skew), IdealSharesIn(report.skew), law);
  const MirroredPeak mirror = FewestMirrored(report.load_peaks, options.target_peak);
  if (mirror.mirrored > 0) report.mirror = mirror;
  report.traffic =
      MeasureTraffic(ring, report.skew, law, OwnersOfHottest(ring, scatter, kExactRanks),
                     report.mirror ? std::vector{mirror.mirrored} : std::vector<std::uint64_t>{});
}

}  // namespace

Result<RingReport> ReportRing(const RingReportOptions& options) {
  const Sampling sampling{.seed = options.seed};
  if (auto work = CheckSampling(options.ring, options.nodes.size(), sampling.keys); !work) {
    return tl::unexpected<Error>(work.error());
  }
  auto built = BuildRing(options.ring, options.nodes);
  if (!built) return tl::unexpected<Error>(built.error());
  const std::shared_ptr<const Ring> ring = *std::move(built);

  RingReport report;
  report.ring = options.ring;
  report.seed = options.seed;
  report.nodes = options.nodes.size();
  report.bytes = ring->bytes();
  if (const auto* points = dynamic_cast<const PointRing*>(ring.get())) {
    report.collisions = points->collisions();
    report.points = points->points() + points->collisions();
  }
  report.order_independent = IsOrderIndependent(options, *ring);

  report.skew = MeasureSkew(*ring, sampling);
  report.partition = ring->Arcs();
  if (report.partition && report.partition->arcs.size() > kDrawnArcsMax) report.partition.reset();
  const Theory theory = TheoryOf(*ring, report.skew, options.seed);
  report.expected = theory.expected();
  report.standings = theory.Judge(report.skew.balance);
  report.family = MeasureFamily(options.ring, options.nodes, theory, options.seed);

  const Workload plan = WorkloadOf(options.seed, options.keys, options.zipf_s);
  FillTraffic(options, *ring, plan.scatter(), report);

  if (ring->IndexOf(options.joins) != kNoNode) {
    return Fail(Code::kInvalidArgument, ring->With({options.joins}).error().message);
  }
  report.add = Changed(*ring, options.joins, ring->With({.name = options.joins}), sampling);
  if (options.nodes.size() > 1) {
    report.remove = options.leaves.empty()
                        ? RemoveLast(*ring, options.nodes, sampling)
                        : Changed(*ring, options.leaves, ring->Without(options.leaves), sampling);
    if (!options.leaves.empty() && !report.remove.movement) {
      return Fail(Code::kInvalidArgument, report.remove.refusal);
    }
  }
  if (options.load_bound) report.bounded = PlaceBounded(options, ring, plan);
  JudgeRing(options, report);
  return report;
}

namespace {

// The number in a name that tells it from `other`, or its last number: [begin, end), empty if none.
std::pair<std::size_t, std::size_t> CountingNumber(const std::string& name,
                                                   const std::string& other) {
  const auto is_digit = [&](std::size_t i) {
    return i < name.size() && std::isdigit(static_cast<unsigned char>(name[i])) != 0;
  };
  std::size_t begin = 0;
  while (begin < std::min(name.size(), other.size()) && name[begin] == other[begin]) ++begin;
  if (name == other || !is_digit(begin)) {
    begin = name.size();
    while (begin > 0 && !is_digit(begin - 1)) --begin;
  }
  std::size_t end = begin;
  while (begin > 0 && is_digit(begin - 1)) --begin;
  while (is_digit(end)) ++end;
  return {begin, end};
}

}  // namespace

std::string NextName(const std::vector<std::string>& names) {
  const auto is_taken = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const std::string& last = names.back();
  const auto [begin, end] = CountingNumber(last, names.front());
  constexpr std::size_t kDigitsMax = 18;
  if (begin < end && end - begin <= kDigitsMax) {
    std::uint64_t number = std::stoull(last.substr(begin, end - begin));
    std::string next = last;
    while (is_taken(next)) {
      next = last.substr(0, begin) + std::to_string(++number) + last.substr(end);
    }
    return next;
  }
  std::string next = last + "-new";
  while (is_taken(next)) next += "-new";
  return next;
}

}  // namespace ringlab
