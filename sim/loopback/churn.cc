#include "sim/loopback/churn.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "sim/skew/chi_square.h"
#include "sim/skew/movement.h"

namespace ringlab {

namespace {

// Of the whole run, an hour of it.
constexpr std::size_t kLooksMax = 36'000;

// Absent for who is not counted, or when too few were.
std::optional<double> ShareOf(const std::string& name, const OwnerCounts& counts) {
  std::uint64_t all = 0;
  for (const auto& [node, count] : counts) all += count;
  const auto found = counts.find(name);
  if (all < Churn::kRequestsMin || found == counts.end()) return std::nullopt;
  return static_cast<double>(found->second) / static_cast<double>(all);
}

// What was counted between two readings.
OwnerCounts Between(const OwnerCounts& from, const OwnerCounts& to) {
  OwnerCounts counts = to;
  for (auto& [node, count] : counts) {
    const auto before = from.find(node);
    if (before != from.end()) count -= std::min(count, before->second);
  }
  return counts;
}

ChurnWindow Between(const ChurnWindow& from, const ChurnWindow& to) {
  return {.length = to.length - from.length,
          .requests = to.requests - from.requests,
          .errors = to.errors - from.errors,
          .failovers = to.failovers - from.failovers,
          .source_loads = to.source_loads - from.source_loads,
          .fallbacks = to.fallbacks - from.fallbacks};
}

}  // namespace

struct Churn::Event {
  ChurnEvent told_of;  // what is known so far
  std::shared_ptr<const Ring> from, to;
  std::vector<double> expected_from, expected_to;

  // Readings. Old shares are taken between the first two, new ones from `fits` (or `told`) on.
  std::optional<Look> old_from, began, told, fits, closed;
};

Churn::Churn(LoopbackCluster& cluster, Client& client) : cluster_(cluster), client_(client) {}

Churn::~Churn() = default;

Result<std::unique_ptr<Churn>> Churn::Prepare(LoopbackCluster& cluster, Client& client,
                                              const std::vector<ChurnStep>& script, Duration detect,
                                              const Expect& expect) {
  auto actions = PlanChurn(script, detect, cluster.ring());
  if (!actions) return tl::unexpected<Error>(actions.error());
  std::unique_ptr<Churn> churn(new Churn(cluster, client));
  churn->actions_ = *std::move(actions);
  for (const ChurnStep& step : script) {
    churn->events_.emplace_back();
    churn->events_.back().told_of.step = step;
  }
  std::shared_ptr<const Ring> ring = cluster.ring();
  std::vector<double> expected = expect(*ring);
  for (const ChurnAction& action : churn->actions_) {
    if (action.what == ChurnAction::What::kKill) continue;
    Event& event = churn->events_[action.step];
    event.from = std::exchange(ring, action.ring);
    event.to = ring;
    event.expected_from = std::exchange(expected, expect(*ring));
    event.expected_to = expected;
    const Movement movement = CompareRings(*event.from, *event.to, Sampling());
    event.told_of.moved = movement.moved;
    event.told_of.moved_ideal = movement.ideal;
    event.told_of.spurious = movement.spurious;
    event.told_of.nodes_before = event.from->nodes().size();
    event.told_of.nodes_after = event.to->nodes().size();
  }
  churn->TakeLook(Duration::zero());
  churn->baseline_ = churn->looks_.back();
  return churn;
}

Result<std::optional<ChurnStep>> Churn::Tick(Duration now) {
  const TimePoint entered = cluster_.ground().Now();
  TakeLook(now);
  FindFit();
  if (next_ == actions_.size() || actions_[next_].at > now) return std::nullopt;
  const ChurnAction& action = actions_[next_++];
  Event& event = events_[action.step];
  CloseTold();
  const bool begins = action.what != ChurnAction::What::kForget;
  if (begins) {
    event.began = looks_.back();
    event.old_from = baseline_;
  }
  if (auto played = Play(action); !played) return tl::unexpected<Error>(played.error());
  if (action.what != ChurnAction::What::kKill) {
    client_.SetRing(cluster_.ring());
    TakeLook(now + (cluster_.ground().Now() - entered));
    event.told = baseline_ = looks_.back();
  }
  // A node that leaves is asked no more by now.
  if (action.what == ChurnAction::What::kLeave) cluster_.Drain(event.told_of.step.node);
  return begins ? std::optional(event.told_of.step) : std::nullopt;
}

Result<void> Churn::Play(const ChurnAction& action) {
  const std::string& node = events_[action.step].told_of.step.node;
  switch (action.what) {
    case ChurnAction::What::kKill: cluster_.Kill(node); return {};
    case ChurnAction::What::kForget:
    case ChurnAction::What::kLeave: return cluster_.TakeOffRing(node);
    case ChurnAction::What::kJoin: return cluster_.Join({node, action.weight});
  }
  return {};
}

Duration Churn::NextTick(Duration now) const {
  const Duration look = now + kLookEvery;
  return next_ == actions_.size() ? look : std::min(look, actions_[next_].at);
}

// Leftovers count for the owner. They are by the client's ring, since it has it; so are readings
// compared with each other only if no change lies between them.
void Churn::TakeLook(Duration now) {
  const Leftovers leftovers = client_.leftovers();
  const ClientTotals client = client_.totals();
  LoopbackCounts counts = cluster_.counts();
  const std::vector<std::string>& names = cluster_.ring()->nodes();
  for (std::size_t i = 0; i < std::min(names.size(), leftovers.at.size()); ++i) {
    std::uint64_t& owned = counts.owned[names[i]];
    owned += leftovers.of[i];
    owned -= std::min(owned, leftovers.at[i]);
  }
  looks_.push_back(
      {.at = now,
       .so_far = {.length = now,
                  .requests = client.ok + client.not_found + client.errors + client.timeouts,
                  .errors = client.errors + client.timeouts,
                  .failovers = client.failovers,
                  .source_loads = counts.sum.source_loads,
                  .fallbacks = counts.sum.fallbacks},
       .leftovers = client.leftovers,
       .owned = std::make_shared<const OwnerCounts>(std::move(counts.owned))});
  // Counts by owner are wanted of the last moments alone; who needs them longer holds them.
  while (looks_[with_owned_].at + 2 * kWindow < now) looks_[with_owned_++].owned = nullptr;
  if (looks_.size() > kLooksMax) {
    looks_.erase(looks_.begin());
    --with_owned_;
  }
}

void Churn::FindFit() {
  for (Event& event : events_) {
    if (!event.told || event.fits || event.closed) continue;
    const Look& to = looks_.back();
    for (std::size_t i = looks_.size(); i-- > with_owned_;) {
      const Look& from = looks_[i];
      if (from.at < event.told->at) break;
      if (to.at - from.at < kWindow) continue;
      if (Fits(from, to, event)) event.fits = baseline_ = from;
      break;
    }
  }
}

bool Churn::Fits(const Look& from, const Look& to, const Event& event) {
  if (to.so_far.fallbacks > from.so_far.fallbacks) return false;
  std::vector<std::uint64_t> counts(event.to->nodes().size());
  for (const auto& [node, count] : Between(*from.owned, *to.owned)) {
    const NodeIndex at = event.to->IndexOf(node);
    if (at == kNoNode && count > 0) return false;
    if (at != kNoNode) counts[at] = count;
  }
  const auto test = TestCounts(counts, event.expected_to);
  return test && test->p_high > kFitsAbove;
}

// The next step, or the end, is where an event's figures end.
void Churn::CloseTold() {
  for (Event& event : events_) {
    if (event.told && !event.closed) event.closed = looks_.back();
  }
}

ChurnResult Churn::Finish(Duration now) {
  TakeLook(now);
  FindFit();
  CloseTold();
  ChurnResult result;
  for (Event& event : events_) {
    if (!event.began) {
      result.not_played.push_back(ToText(event.told_of.step));
      continue;
    }
    if (!event.closed)
      event.closed = looks_.back();  // killed, and the end came before it was known
    FillWindows(event);
    FillShares(event);
    result.events.push_back(event.told_of);
  }
  return result;
}

// The first reading from `at` on, or the last of all.
const Churn::Look& Churn::LookFrom(Duration at) const {
  const auto found = std::lower_bound(looks_.begin(), looks_.end(), at,
                                      [](const Look& look, Duration t) { return look.at < t; });
  return found == looks_.end() ? looks_.back() : *found;
}

void Churn::FillWindows(Event& event) const {
  ChurnEvent& figures = event.told_of;
  figures.began = event.began->at;
  if (event.told) figures.told = event.told->at;
  if (event.told) {
    figures.leftovers = event.closed->leftovers - event.told->leftovers;
  }
  if (event.fits) figures.fits_after = event.fits->at - event.began->at;
  const Duration change = (event.fits ? event.fits : event.closed)->at;
  const Look& end = LookFrom(std::max(change, figures.began + kWindow));
  figures.during = ringlab::Between(event.began->so_far, end.so_far);
  const Look& start = LookFrom(std::max(Duration::zero(), figures.began - figures.during.length));
  figures.before = ringlab::Between(start.so_far, event.began->so_far);
}

void Churn::FillShares(Event& event) const {
  const OwnerCounts old_counts = Between(*event.old_from->owned, *event.began->owned);
  OwnerCounts new_counts;
  const std::optional<Look>& new_from = event.fits ? event.fits : event.told;
  if (new_from) new_counts = Between(*new_from->owned, *event.closed->owned);
  std::set<std::string> names(event.from->nodes().begin(), event.from->nodes().end());
  names.insert(event.to->nodes().begin(), event.to->nodes().end());
  for (const std::string& name : names) {
    ChurnShare share{.node = name};
    if (const NodeIndex at = event.from->IndexOf(name); at != kNoNode) {
      share.old_expected = event.expected_from[at];
      share.old_measured = ShareOf(name, old_counts);
    }
    if (const NodeIndex at = event.to->IndexOf(name); at != kNoNode) {
      share.new_expected = event.expected_to[at];
      share.new_measured = ShareOf(name, new_counts);
    }
    event.told_of.shares.push_back(std::move(share));
  }
}

}  // namespace ringlab
