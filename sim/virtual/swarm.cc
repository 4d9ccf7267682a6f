#include "sim/virtual/swarm.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"

namespace ringlab {

namespace {

constexpr std::size_t kFailedShown = 20;
constexpr std::uint64_t kShrinkRunsMax = 80;

// What crosses the network of every cluster, sooner or later: see node/wire.
constexpr std::string_view kKinds[] = {"connect",
                                       "connected",
                                       "refused",
                                       "reset",
                                       "reply",
                                       "error",
                                       "/groupcachepb.GroupCache/Get",
                                       "/groupcachepb.GroupCache/GetMany",
                                       "/groupcachepb.GroupCache/Peek",
                                       "/groupcachepb.GroupCache/Set",
                                       "/groupcachepb.GroupCache/Remove",
                                       "/groupcachepb.GroupCache/Announce",
                                       "/etcdserverpb.KV/Range",
                                       "/etcdserverpb.KV/Put",
                                       "/etcdserverpb.Watch/Watch",
                                       "/etcdserverpb.Lease/LeaseGrant",
                                       "/etcdserverpb.Lease/LeaseRevoke",
                                       "/etcdserverpb.Lease/LeaseKeepAlive",
                                       "etcd, answer",
                                       "etcd, message",
                                       "etcd, end",
                                       "etcd, to a member"};

// One failing case on its way to less.
class Shrinker {
 public:
  Shrinker(SwarmCase of, SwarmFinding finding, const std::function<bool()>& go_on) : go_on_(go_on) {
    shrunk_.of = std::move(of);
    shrunk_.finding = std::move(finding);
  }

  ShrunkCase Shrink() {
    const auto plan = PlanOf(shrunk_.of);
    RL_CHECK_BECAUSE(plan.has_value(), "it has been run");
    kept_ = shrunk_.of.faults.value_or(std::vector<std::size_t>());
    if (!shrunk_.of.faults) {
      for (std::size_t i = 0; i < plan->faults.size(); ++i) kept_.push_back(i);
    }
    DropFaults();
    DropRequests();
    shrunk_.of.faults = kept_;
    shrunk_.faults = kept_.size();
    return shrunk_;
  }

 private:
  // Whether so much shows it as well; then that is what is left.
  bool Try(const std::vector<std::size_t>& faults, std::optional<std::uint64_t> requests) {
    if (shrunk_.runs >= kShrinkRunsMax || !go_on_()) return false;
    ++shrunk_.runs;
    const auto plan = PlanOf({.seed = shrunk_.of.seed,
                              .as_first = shrunk_.of.as_first,
                              .faults = faults,
                              .requests = requests});
    if (!plan) return false;
    const auto outcome = RunSwarm(*plan);
    const SwarmFinding* const found = outcome ? FindOf(*outcome) : nullptr;
    if (found == nullptr) return false;
    kept_ = faults;
    shrunk_.of.requests = requests;
    shrunk_.finding = *found;
    requests_ = outcome->requests;
    return true;
  }

  const SwarmFinding* FindOf(const SwarmOutcome& outcome) const {
    for (const SwarmFinding& finding : outcome.findings) {
      if (finding.invariant == shrunk_.finding.invariant) return &finding;
    }
    return nullptr;
  }

  // All at once, then halves, then each for itself, the last ones first: until nothing goes.
  void DropFaults() {
    const std::optional<std::uint64_t> requests = shrunk_.of.requests;
    if (Try({}, requests)) return;
    for (std::size_t chunk = kept_.size() / 2; chunk >= 1; chunk /= 2) {
      for (std::size_t end = kept_.size(); end >= chunk && end > 0;) {
        std::vector<std::size_t> less(kept_.begin(),
                                      kept_.begin() + static_cast<std::ptrdiff_t>(end - chunk));
        less.insert(less.end(), kept_.begin() + static_cast<std::ptrdiff_t>(end), kept_.end());
        end = Try(less, requests) ? std::min(end - chunk, kept_.size()) : end - 1;
      }
    }
  }

  void DropRequests() {
    if (requests_ == 0) Try(kept_, shrunk_.of.requests);  // how many there are
    std::uint64_t low = 0;
    std::uint64_t high = requests_;
    constexpr int kHalvings = 8;
    for (int i = 0; i < kHalvings && high - low > 1; ++i) {
      const std::uint64_t middle = low + (high - low) / 2;
      (Try(kept_, middle) ? high : low) = middle;
    }
  }

  const std::function<bool()>& go_on_;
  ShrunkCase shrunk_;
  std::vector<std::size_t> kept_;  // faults, by their number
  std::uint64_t requests_ = 0;     // of the last run that showed it
};

}  // namespace

ShrunkCase Shrink(const SwarmCase& failing, const SwarmFinding& found,
                  const std::function<bool()>& go_on) {
  return Shrinker(failing, found, go_on).Shrink();
}

SwarmTally::SwarmTally(std::uint64_t first_seed, std::uint64_t seeds)
    : report_{.first_seed = first_seed, .asked = seeds} {}

void SwarmTally::Take(const Result<SwarmOutcome>& outcome) {
  const std::uint64_t seed = report_.first_seed + report_.seeds++;
  if (outcome) return Add(*outcome);
  ++report_.broken;
  if (report_.first_broken.empty()) {
    report_.first_broken = "seed " + std::to_string(seed) + ": " + outcome.error().message;
  }
}

void SwarmTally::Add(const SwarmOutcome& outcome) {
  report_.hash = (report_.hash ^ outcome.hash) * 0x9e3779b97f4a7c15U;
  report_.events += outcome.events;
  report_.requests += outcome.requests;
  report_.answered += outcome.answered;
  report_.compared += outcome.compared;
  report_.failed_requests += outcome.failed;
  report_.virtual_time += outcome.virtual_time;
  for (std::size_t kind = 0; kind < Fault::kKinds; ++kind) {
    report_.faults[kind] += outcome.faults[kind];
  }
  for (const VirtualNetwork::Traffic& kind : outcome.traffic) arrived_[kind.kind] += kind.arrived;
  if (outcome.empty()) {
    ++report_.empty;
    if (report_.empty_seeds.size() < kFailedShown) report_.empty_seeds.push_back(outcome.seed);
  }
  if (outcome.findings.empty()) return;
  ++report_.failing;
  if (report_.failed.size() < kFailedShown) {
    report_.failed.push_back({.seed = outcome.seed, .findings = outcome.findings});
  }
}

SwarmReport SwarmTally::report() const {
  SwarmReport report = report_;
  for (const std::string_view kind : kKinds) {
    const auto found = arrived_.find(std::string(kind));
    if (found == arrived_.end() || found->second == 0) report.never_delivered.emplace_back(kind);
  }
  return report;
}

}  // namespace ringlab
