#include "sim/map/map_cell.h"

#include <algorithm>
#include <map>
#include <span>

#include "core/base/check.h"
#include "core/group/group.h"
#include "core/group/stats.h"
#include "sim/map/map_client.h"
#include "sim/map/map_cluster.h"
#include "sim/map/map_judge.h"

namespace ringlab {

namespace {

constexpr Duration kSecond = std::chrono::seconds(1);
constexpr std::uint64_t kBeforeSeconds = 10;  // in which it is seen what is well

std::uint64_t SecondsUp(Duration span) {
  return static_cast<std::uint64_t>((span + kSecond - Duration(1)) / kSecond);
}

// 0 where nodes came to no get at all.
double HitsOf(std::span<const MapSecond> seconds) {
  for (const MapSecond& second : seconds) {
    if (second.gets > 0) return HitRatioOf(seconds);
  }
  return 0;
}

// The run of one cell. Seconds are numbered from the start of the clients.
class MapRun {
 public:
  MapRun(const MapSpec& spec, const MapCell& cell, std::uint64_t seed)
      : spec_(spec),
        cell_(cell),
        qps_(cell.load * CapacityOf(spec, seed).qps),
        lag_(SecondsUp(PatienceOf(spec)) + 1),
        cluster_(MapCluster(spec, cell.defence, seed)),
        series_(cluster_.time().Now() + kSecond),
        client_(cluster_, spec, qps_, cell.defence.retries, seed, series_) {}

  Result<MapOutcome> Run();

 private:
  Result<void> Start();
  void RunSecond();
  void Count(MapSecond& second);
  Result<void> Shock();
  Result<void> Flush(std::uint64_t nodes);
  void Watch();
  std::span<const MapSecond> After();
  MapOutcome Outcome();

  const MapSpec& spec_;
  const MapCell& cell_;
  const double qps_;
  const std::uint64_t lag_;  // seconds until all requests of a second have ended
  VirtualCluster cluster_;
  MapSeries series_;
  MapClient client_;
  std::uint64_t now_ = 0;         // the second that comes next
  std::uint64_t shock_ = 0;       // the first of the shock
  std::uint64_t shock_over_ = 0;  // and the first after it
  MapVerdict verdict_;
  std::map<std::string, GroupStats> seen_;  // of each node that lives, when it was last asked
  std::uint64_t loads_seen_ = 0;
};

Result<MapOutcome> MapRun::Run() {
  if (auto started = Start(); !started) return tl::unexpected<Error>(started.error());
  const std::uint64_t warm_up = SecondsUp(WarmUpOf(spec_));
  while (now_ < warm_up) RunSecond();
  cluster_.origin().law().servers = spec_.source_servers;
  const std::uint64_t settled = warm_up + lag_ + kBeforeSeconds;
  while (now_ < settled) RunSecond();
  shock_ = now_;
  verdict_ = JudgeRecovery(series_.Between(shock_ - lag_ - kBeforeSeconds, shock_ - lag_), {}, 1);
  if (verdict_.was_well) {
    if (auto shocked = Shock(); !shocked) return tl::unexpected<Error>(shocked.error());
    Watch();
  }
  client_.Stop();
  for (std::uint64_t i = 0; i < lag_; ++i) RunSecond();
  RL_CHECK_BECAUSE(client_.in_flight() == 0, "every call has a deadline");
  return Outcome();
}

Result<void> MapRun::Start() {
  cluster_.client_host().slowness = 0;  // there are many of them
  for (const std::string& name : cluster_.names()) {
    if (auto started = cluster_.Start(name, cluster_.names()); !started) return started;
  }
  cluster_.time().RunUntil(cluster_.time().Now() + kSecond);
  client_.Start();
  return {};
}

void MapRun::RunSecond() {
  VirtualTime& time = cluster_.time();
  const TimePoint begin = time.Now();
  // The moment that a second ends is the next one's.
  time.RunUntil(begin + kSecond - Duration(1));
  Count(series_.At(begin));
  time.RunUntil(begin + kSecond);
  ++now_;
}

void MapRun::Count(MapSecond& second) {
  for (const std::string& name : cluster_.names()) {
    const Node* const node = cluster_.node(name);
    if (node == nullptr) continue;
    const GroupStats stats = node->groups().begin()->second->stats();
    GroupStats& seen = seen_[name];
    second.gets += (stats.gets - stats.gets_from_peers) - (seen.gets - seen.gets_from_peers);
    second.hits += (stats.hits + stats.late_hits) - (seen.hits + seen.late_hits);
    seen = stats;
  }
  second.source_loads = cluster_.origin().loads() - loads_seen_;
  loads_seen_ = cluster_.origin().loads();
}

Result<void> MapRun::Shock() {
  shock_over_ = shock_;
  if (cell_.shock.kind == MapShock::Kind::kFlush) return Flush(cell_.shock.nodes);
  OriginLaw& law = cluster_.origin().law();
  law.latency = Duration(static_cast<Duration::rep>(static_cast<double>(spec_.source_time.count()) *
                                                    cell_.shock.factor));
  cluster_.time().At(cluster_.time().Now() + cell_.shock.length, cluster_.client_host(),
                     [this, &law] { law.latency = spec_.source_time; });
  shock_over_ += SecondsUp(cell_.shock.length);
  return {};
}

Result<void> MapRun::Flush(std::uint64_t nodes) {
  const std::vector<std::string>& names = cluster_.names();
  for (std::uint64_t i = 0; i < nodes; ++i) {
    cluster_.Kill(names[i]);
    seen_.erase(names[i]);
    if (auto started = cluster_.Start(names[i], names); !started) return started;
  }
  return {};
}

// Of the seconds after the shock, those whose requests have all ended.
std::span<const MapSecond> MapRun::After() {
  return series_.Between(shock_over_, std::max(shock_over_, now_ - lag_));
}

void MapRun::Watch() {
  const std::uint64_t hold = SecondsUp(spec_.hold);
  const std::uint64_t end = shock_over_ + SecondsUp(spec_.horizon) + hold + lag_;
  const auto before = series_.Between(shock_ - lag_ - kBeforeSeconds, shock_ - lag_);
  const std::vector<MapSecond> was(before.begin(), before.end());
  while (now_ < end && !verdict_.back_after) {
    RunSecond();
    verdict_ = JudgeRecovery(was, After(), hold);
  }
}

MapOutcome MapRun::Outcome() {
  MapOutcome outcome{.was_well = verdict_.was_well,
                     .recovery_s = verdict_.back_after,
                     .qps = qps_,
                     .events = cluster_.time().events(),
                     .hash = cluster_.time().hash()};
  const auto before = series_.Between(shock_ - lag_ - kBeforeSeconds, shock_ - lag_);
  outcome.goodput_before = GoodputOf(before);
  outcome.hit_ratio_before = HitRatioOf(before);
  outcome.goodput_low = outcome.goodput_end = outcome.goodput_before;
  outcome.hit_ratio_low = outcome.hit_ratio_end = outcome.hit_ratio_before;
  // Since the client stopped, `lag_` seconds more have passed.
  const auto since = series_.Between(shock_, std::max(now_ - lag_, shock_));
  if (since.empty()) return outcome;
  const auto last = since.last(std::min<std::size_t>(since.size(), SecondsUp(spec_.hold)));
  outcome.goodput_end = GoodputOf(last);
  outcome.hit_ratio_end = HitsOf(last);
  for (std::size_t i = 0; i < since.size(); ++i) {
    outcome.goodput_low = std::min(outcome.goodput_low, GoodputOf(since.subspan(i, 1)));
    outcome.hit_ratio_low = std::min(outcome.hit_ratio_low, HitsOf(since.subspan(i, 1)));
    outcome.requests += since[i].asked;
    outcome.answered += since[i].answered;
    outcome.calls += since[i].calls;
    outcome.source_loads += since[i].source_loads;
  }
  outcome.watched_s = static_cast<double>(since.size());
  return outcome;
}

}  // namespace

Result<MapOutcome> RunMapCell(const MapSpec& spec, const MapCell& cell, std::uint64_t seed) {
  MapRun run(spec, cell, seed);
  return run.Run();
}

}  // namespace ringlab
