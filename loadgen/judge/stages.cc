#include "loadgen/judge/stages.h"

#include <algorithm>
#include <utility>

namespace ringlab {

namespace {

constexpr double kStandsOut = 3;              // times the median of the others
constexpr std::uint64_t kSamplesOfNode = 30;  // fewer say nothing of a mean
constexpr double kSlowest = 0.01;

std::array<double, kStages> SharesOf(const std::vector<const StageSample*>& samples) {
  std::array<double, kStages> sums{};
  double all = 0;
  for (const StageSample* sample : samples) {
    for (std::size_t i = 0; i < kStages; ++i) sums[i] += sample->ns[i];
    all += sample->response();
  }
  for (double& sum : sums) sum = all > 0 ? sum / all : 0;
  return sums;
}

void CountNode(const StageSample& sample, std::vector<NodeStages>& nodes) {
  if (sample.level == Level::kPeer) {
    if (sample.owner >= nodes.size()) return;
    NodeStages& owner = nodes[sample.owner];
    ++owner.hops;
    owner.hop_ns += sample[Stage::kHop] + sample[Stage::kQueue];
    return;
  }
  if (sample.asked >= nodes.size()) return;
  NodeStages& asked = nodes[sample.asked];
  ++asked.served;
  asked.serving_ns += sample[Stage::kNetwork] + sample[Stage::kQueue] + sample[Stage::kHandler];
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

// Leaves the slowest hundredth, and says from where on that is. By the run's p99 it is what lies in
// its bucket or above, as the table of latencies has it; where that is unknown, or no sample is so
// slow, a hundredth of the samples.
double KeepSlowest(std::optional<std::int64_t> p99_ns, std::vector<const StageSample*>& samples) {
  const std::int64_t p99 =
      std::clamp<std::int64_t>(p99_ns.value_or(0), 0, Histogram::kHighestTrackable);
  const auto is_fast = [least = static_cast<double>(Histogram::LowestAt(Histogram::IndexOf(p99)))](
                           const StageSample* sample) { return sample->response() < least; };
  if (p99_ns && !std::ranges::all_of(samples, is_fast)) {
    std::erase_if(samples, is_fast);
    return static_cast<double>(*p99_ns);
  }
  const auto slow = static_cast<std::size_t>(kSlowest * static_cast<double>(samples.size()));
  const auto begin = samples.end() - static_cast<std::ptrdiff_t>(std::max<std::size_t>(slow, 1));
  std::ranges::nth_element(samples, begin, {}, &StageSample::response);
  const double from = (*begin)->response();
  samples.erase(samples.begin(), begin);
  return from;
}

// Of one figure of the nodes, by how many samples it is.
std::optional<SlowNode> StandsOut(const std::vector<std::pair<std::uint64_t, double>>& figures,
                                  bool as_owner) {
  std::optional<SlowNode> slow;
  for (std::size_t node = 0; node < figures.size(); ++node) {
    if (figures[node].first < kSamplesOfNode) continue;
    std::vector<double> others;
    for (std::size_t i = 0; i < figures.size(); ++i) {
      if (i != node && figures[i].first >= kSamplesOfNode) others.push_back(figures[i].second);
    }
    if (others.empty()) return std::nullopt;
    const double median = Median(std::move(others));
    const double times = median > 0 ? figures[node].second / median : 0;
    if (times < kStandsOut || (slow && slow->times >= times)) continue;
    slow = {.node = static_cast<NodeIndex>(node),
            .times = times,
            .mean_ns = figures[node].second,
            .others_ns = median,
            .as_owner = as_owner};
  }
  return slow;
}

}  // namespace

std::optional<StagesResult> SumStages(const Breakdown& breakdown, std::size_t nodes,
                                      std::optional<std::int64_t> p99_ns) {
  if (breakdown.samples().empty()) return std::nullopt;
  StagesResult result;
  result.recorded = breakdown.recorded();
  result.samples = breakdown.samples().size();
  result.nodes.resize(nodes);
  std::vector<const StageSample*> samples;
  for (const StageSample& sample : breakdown.samples()) {
    samples.push_back(&sample);
    result.response.Record(static_cast<std::int64_t>(sample.response()));
    for (std::size_t i = 0; i < kStages; ++i) {
      result.stages[i].Record(static_cast<std::int64_t>(sample.ns[i]));
    }
    CountNode(sample, result.nodes);
  }
  for (NodeStages& node : result.nodes) {
    if (node.served > 0) node.serving_ns /= static_cast<double>(node.served);
    if (node.hops > 0) node.hop_ns /= static_cast<double>(node.hops);
  }
  result.share = SharesOf(samples);
  if (!SupportsPercentile(samples.size(), 100 * (1 - kSlowest))) return result;
  const double from = KeepSlowest(p99_ns, samples);
  result.slowest = {.from_ns = from, .share = SharesOf(samples)};
  return result;
}

std::optional<SlowNode> FindSlowNode(const StagesResult& stages) {
  std::vector<std::pair<std::uint64_t, double>> serving;
  std::vector<std::pair<std::uint64_t, double>> hops;
  for (const NodeStages& node : stages.nodes) {
    serving.emplace_back(node.served, node.serving_ns);
    hops.emplace_back(node.hops, node.hop_ns);
  }
  const auto asked = StandsOut(serving, false);
  const auto owner = StandsOut(hops, true);
  if (asked && owner && asked->node != owner->node) return std::nullopt;
  std::optional<SlowNode> slow = asked ? asked : owner;
  const double all = stages.response.mean() * static_cast<double>(stages.response.count());
  if (!slow || all <= 0) return slow;
  const NodeStages& of = stages.nodes[slow->node];
  const auto gets = static_cast<double>(slow->as_owner ? of.hops : of.served);
  slow->of_all = (slow->mean_ns - slow->others_ns) * gets / all;
  return slow;
}

std::optional<LittlesLaw> LittlesLawOf(const InFlight& in_flight, Duration elapsed) {
  if (in_flight.arrivals == 0 || elapsed <= Duration::zero()) return std::nullopt;
  const double seen = static_cast<double>(in_flight.seen) / static_cast<double>(in_flight.arrivals);
  return LittlesLaw{.seen = seen, .expected = Seconds(in_flight.stayed) / Seconds(elapsed)};
}

}  // namespace ringlab
