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
                                       "/groupcachepb.GroupCache/Announce"};

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
    const auto plan = PlanOf({.seed = shrunk_.of.seed, .faults = faults, .requests = requests});
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

void AddOutcome(const SwarmOutcome& outcome, SwarmReport& report) {
  report.hash = (report.hash ^ outcome.hash) * 0x9e3779b97f4a7c15U;
  report.events += outcome.events;
  report.requests += outcome.requests;
  report.answered += outcome.answered;
  report.compared += outcome.compared;
  report.failed_requests += outcome.failed;
  report.virtual_time += outcome.virtual_time;
  for (std::size_t kind = 0; kind < Fault::kKinds; ++kind) {
    report.faults[kind] += outcome.faults[kind];
  }
  if (outcome.empty()) {
    ++report.empty;
    if (report.empty_seeds.size() < kFailedShown) report.empty_seeds.push_back(outcome.seed);
  }
  if (outcome.findings.empty()) return;
  ++report.failing;
  if (report.failed.size() < kFailedShown) {
    report.failed.push_back({.seed = outcome.seed, .findings = outcome.findings});
  }
}

Swarm::Swarm(std::uint64_t first_seed, std::uint64_t seeds)
    : first_seed_(first_seed), seeds_(seeds), outcomes_(seeds), wrong_(seeds) {}

void Swarm::Run(std::uint64_t job) {
  auto outcome = RunSwarm(DrawSwarm(first_seed_ + job));
  const MutexLock lock(mutex_);
  if (!outcome) {
    wrong_[job] = outcome.error().message;
    return;
  }
  for (VirtualNetwork::Traffic& more : outcome->traffic) {
    const auto found = std::find_if(traffic_.begin(), traffic_.end(),
                                    [&](const auto& known) { return known.kind == more.kind; });
    if (found == traffic_.end()) {
      traffic_.push_back(std::move(more));
    } else {
      found->sent += more.sent;
      found->arrived += more.arrived;
    }
  }
  outcome->traffic = {};
  outcomes_[job] = *std::move(outcome);
}

std::uint64_t Swarm::failing() const {
  const MutexLock lock(mutex_);
  return static_cast<std::uint64_t>(
      std::count_if(outcomes_.begin(), outcomes_.end(),
                    [](const SwarmOutcome& outcome) { return !outcome.findings.empty(); }));
}

SwarmReport Swarm::Report(std::uint64_t done) const {
  const MutexLock lock(mutex_);
  SwarmReport report{.first_seed = first_seed_, .asked = seeds_, .seeds = done};
  for (std::uint64_t job = 0; job < done; ++job) {
    if (wrong_[job].empty()) {
      AddOutcome(outcomes_[job], report);
    } else {
      report.broken.push_back("seed " + std::to_string(first_seed_ + job) + ": " + wrong_[job]);
    }
  }
  for (const std::string_view kind : kKinds) {
    const auto found = std::find_if(traffic_.begin(), traffic_.end(),
                                    [&](const auto& known) { return known.kind == kind; });
    if (found == traffic_.end() || found->arrived == 0) {
      report.never_delivered.emplace_back(kind);
    }
  }
  return report;
}

}  // namespace ringlab
