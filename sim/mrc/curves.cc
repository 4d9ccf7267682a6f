#include "sim/mrc/curves.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <utility>

#include "core/cache/cache.h"
#include "core/item/item.h"
#include "sim/mrc/miniature.h"
#include "sim/mrc/walk.h"

namespace ringlab {

namespace {

// Samples of all nodes together, at most; and of one, at least.
constexpr std::uint64_t kSamplesOfAll = std::uint64_t{1} << 21;
constexpr std::uint64_t kSamplesOfNodeMin = 1024;

// Entries that a miniature holds at least: of the cluster's caches together, and of one node's.
// Under Zipf 0.99 a curve's points are then off by 0.1 and 0.2 points of hit ratio (1 sigma).
constexpr double kEntriesOfAll = 8192;
constexpr double kEntriesOfNode = 2048;

constexpr double kJobBytesMax = 128 << 20;  // of entries held at once

// From what all keys take at the largest node down to so small a part of it.
constexpr double kSmallestPart = 1.0 / 500;
constexpr double kEntriesMin = 64;
constexpr double kResolvedMin = 8;  // samples

std::uint32_t SamplesOf(std::size_t nodes) {
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(
      kSamplesOfAll / nodes, kSamplesOfNodeMin, ShardsOptions{}.samples_max));
}

// What an entry is charged; what is larger than a Shards can say is that large.
std::uint32_t ChargeOf(const StreamRequest& request, const RequestStream& stream) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(Item::ChargeOf(request.key.size(), stream.value_bytes()),
                              std::numeric_limits<std::uint32_t>::max()));
}

void Ask(const StreamRequest& request, const RequestStream& stream, Miniature& cache) {
  switch (request.op) {
    case TraceOp::kGet:
      if (cache.Get(request.key, request.hash)) return;
      [[fallthrough]];
    case TraceOp::kSet: return cache.Set(request.key, request.hash, stream.value_bytes());
    case TraceOp::kRemove: return cache.Remove(request.key, request.hash);
  }
}

}  // namespace

CurveRun::CurveRun(CurveOptions options) : options_(std::move(options)) {
  const std::size_t nodes = options_.ring->nodes().size();
  nodes_.reserve(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    nodes_.emplace_back(ShardsOptions{.samples_max = SamplesOf(nodes), .rate = options_.rate_max});
  }
}

CurveRun::~CurveRun() = default;

std::uint64_t CurveRun::warm_up() const {
  return options_.warm_up ? options_.stream.requests / 2 : 0;
}

Result<void> CurveRun::Survey(const GoOn& go_on) {
  RequestStream stream(options_.stream);
  StreamRequest request;
  Teller teller(go_on);
  WarmUp warm_up(this->warm_up());
  bool ended_early = false;
  while (!ended_early && stream.Next(request)) {
    Take(request, stream);
    ++walked_;
    if (warm_up.EndsWith(stream.given() + stream.absent())) StartCounting();
    ended_early = !teller.Step();
  }
  absent_ = stream.absent();
  if (ended_early && !warm_up.over()) return {};
  for (const Node& node : nodes_) requests_ += node.requests;
  if (ended_early && requests_ == 0) return {};
  if (auto good = CheckSurvey(stream); !good) return good;
  ChooseSizes();
  surveyed_ = !ended_early;
  if (surveyed_) PlanJobs();
  return {};
}

void CurveRun::StartCounting() {
  for (Node& node : nodes_) {
    node.shards.StartCounting();
    node.requests = 0;
  }
}

void CurveRun::Take(const StreamRequest& request, const RequestStream& stream) {
  Node& node = nodes_[options_.ring->OwnerOf(request.key)];
  if (request.op == TraceOp::kGet) ++node.requests;
  if (!node.shards.Samples(request.hash)) return;
  switch (request.op) {
    case TraceOp::kGet: return node.shards.Get(request.hash, ChargeOf(request, stream));
    case TraceOp::kSet: return node.shards.Set(request.hash, ChargeOf(request, stream));
    case TraceOp::kRemove: return node.shards.Remove(request.hash);
  }
}

Result<void> CurveRun::CheckSurvey(const RequestStream& stream) const {
  const auto refuse = [&](const std::string& what) {
    const auto& trace = options_.stream.trace;
    return Fail(Code::kInvalidArgument, (trace ? trace->file + ": " : "") + what);
  };
  if (stream.error()) return tl::unexpected<Error>(*stream.error());
  if (walked_ == 0) {
    return refuse("there is no request for a key that has a value; expected one or more");
  }
  if (requests_ == 0) return refuse("none of the requests is a get; expected one or more");
  if (options_.stream.trace && !options_.stream.sizes_of_source && !stream.size_told()) {
    return refuse(
        "no request tells the size of its value; expected sizes, or a --source that has "
        "them, such as synthetic:size=100");
  }
  for (const Node& node : nodes_) {
    if (node.shards.entries() > 0) return {};
  }
  return refuse("none of the keys asked for is in the sample; expected a higher --mrc-rate");
}

// The same for every node and policy, so that curves add up and stand side by side.
void CurveRun::ChooseSizes() {
  double entries = 0;
  double bytes = 0;
  double most = 0;
  double rate = 1;
  for (const Node& node : nodes_) {
    entries += node.shards.entries();
    bytes += static_cast<double>(node.shards.bytes());
    most = std::max(most, static_cast<double>(node.shards.bytes()));
    rate = std::min(rate, node.shards.rate());
  }
  constexpr double kRoom = 1.05;
  constexpr double kBudgetMin = Cache::kBudgetBytesMin;
  entry_bytes_ = bytes / entries;
  const double high = std::max(most * kRoom, 2 * kBudgetMin);
  const double low = std::max({high * kSmallestPart, kEntriesMin * entry_bytes_,
                               kResolvedMin / rate * entry_bytes_, kBudgetMin});
  sizes_ = SizesBetween(static_cast<std::uint64_t>(std::min(low, high / 2)),
                        static_cast<std::uint64_t>(high), kPoints);
}

double CurveRun::RateOf(std::uint64_t size) const {
  const double wanted =
      std::max(kEntriesOfNode, kEntriesOfAll / static_cast<double>(nodes_.size()));
  return MiniatureRate(static_cast<double>(size) / entry_bytes_, wanted, options_.rate_max);
}

void CurveRun::PlanJobs() {
  for (const Policy policy : options_.policies) {
    if (policy == Policy::kLru) continue;
    double held = 0;
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
      const double holds =
          static_cast<double>(sizes_[i]) * RateOf(sizes_[i]) * static_cast<double>(nodes_.size());
      if (i == 0 || held + holds > kJobBytesMax) {
        jobs_.push_back({.policy = policy, .first_size = i, .end_size = i});
        held = 0;
      }
      held += holds;
      jobs_.back().end_size = i + 1;
    }
  }
}

void CurveRun::Measure(std::uint64_t number, const GoOn& go_on) {
  Job& job = jobs_[number];
  std::deque<Miniature> lanes;  // by node, and within by size
  const std::size_t sizes = job.end_size - job.first_size;
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    for (std::size_t i = job.first_size; i < job.end_size; ++i) {
      lanes.emplace_back(job.policy, sizes_[i], RateOf(sizes_[i]));
    }
  }
  RequestStream stream(options_.stream);
  StreamRequest request;
  Teller teller(go_on);
  WarmUp warm_up(this->warm_up());
  while (stream.Next(request)) {
    // The smallest cache looks at the most keys.
    if (lanes.front().Takes(request.hash)) {
      const std::size_t first = options_.ring->OwnerOf(request.key) * sizes;
      for (std::size_t i = first; i < first + sizes && lanes[i].Takes(request.hash); ++i) {
        Ask(request, stream, lanes[i]);
      }
    }
    if (warm_up.EndsWith(stream.given() + stream.absent())) {
      for (Miniature& lane : lanes) lane.StartCounting();
    }
    if (!teller.Step()) return;
  }
  for (std::size_t i = 0; i < sizes; ++i) {
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      job.misses.push_back(lanes[node * sizes + i].misses());
    }
  }
  job.done = true;
}

// Of every node at that size; nothing where it was not measured.
std::vector<double> CurveRun::HitRatios(Policy policy, std::size_t size) const {
  std::vector<double> ratios;
  if (policy == Policy::kLru) {
    for (const Node& node : nodes_) {
      ratios.push_back(node.shards.HitRatioOfBytes(sizes_[size], node.requests));
    }
    return ratios;
  }
  for (const Job& job : jobs_) {
    if (job.policy != policy || !job.done || size < job.first_size || size >= job.end_size) {
      continue;
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const double misses = job.misses[(size - job.first_size) * nodes_.size() + i];
      const auto requests = static_cast<double>(nodes_[i].requests);
      ratios.push_back(requests == 0 ? 0 : std::clamp(1 - misses / requests, 0.0, 1.0));
    }
  }
  return ratios;
}

CurveResult CurveRun::Curves() const {
  CurveResult result{.nodes = nodes_.size(), .requests = requests_, .absent = absent_};
  result.warm_up = warm_up();
  double first = 0;
  for (const Node& node : nodes_) {
    first += node.shards.first_requests();
    result.entries += node.shards.entries();
    result.bytes += node.shards.bytes();
    result.rate = std::min(result.rate, node.shards.rate());
  }
  if (requests_ == 0) return result;
  result.first_share = std::min(1.0, first / static_cast<double>(requests_));
  result.complete = surveyed_;
  for (const Policy policy : options_.policies) {
    std::vector<PolicyCurve> curves(nodes_.size() + 1, PolicyCurve{.policy = policy});
    for (std::size_t size = 0; size < sizes_.size(); ++size) {
      const std::vector<double> ratios = HitRatios(policy, size);
      if (ratios.empty()) break;
      double hits = 0;
      for (std::size_t i = 0; i < nodes_.size(); ++i) {
        hits += ratios[i] * static_cast<double>(nodes_[i].requests);
        curves[i + 1].node = options_.ring->nodes()[i];
        curves[i + 1].curve.bytes.push_back(sizes_[size]);
        curves[i + 1].curve.hit_ratio.push_back(ratios[i]);
      }
      curves[0].curve.bytes.push_back(sizes_[size] * nodes_.size());
      curves[0].curve.hit_ratio.push_back(hits / static_cast<double>(requests_));
    }
    if (curves[0].curve.bytes.size() < sizes_.size()) {
      result.complete = false;
      continue;
    }
    for (PolicyCurve& curve : curves) result.curves.push_back(std::move(curve));
  }
  return result;
}

}  // namespace ringlab
