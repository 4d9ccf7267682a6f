#include "core/ring/bounded_loads.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/base/check.h"
#include "core/base/hash.h"
#include "core/base/random.h"

namespace ringlab {

Result<BoundedLoads> BoundedLoads::Make(std::shared_ptr<const Ring> ring, double c) {
  if (!(c >= kMinFactor && std::isfinite(c))) {
    return Fail(Code::kInvalidArgument, "bound loads by a factor of " + std::to_string(c) +
                                            "; accepted: a finite number above 1, from 1.000001");
  }
  return BoundedLoads(std::move(ring), c);
}

BoundedLoads::BoundedLoads(std::shared_ptr<const Ring> ring, double c) : ring_(std::move(ring)) {
  RL_CHECK(ring_ != nullptr);
  const std::vector<double>& weights = ring_->weights();
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (const double weight : weights) slots_per_request_.push_back(c * (weight / sum));
  active_.resize(weights.size(), 0);
  order_.resize(weights.size());
}

std::uint64_t BoundedLoads::SlotsOf(NodeIndex node, std::uint64_t more) const {
  // A product that is whole but for its rounding is whole: no slot for 1e-12 of a request. What
  // that takes off all the slots together is less than kMinFactor adds.
  constexpr double kRounding = 1 - 1e-12;
  const double slots = static_cast<double>(total_ + more) * slots_per_request_[node];
  return static_cast<std::uint64_t>(std::max(1.0, std::ceil(slots * kRounding)));
}

NodeIndex BoundedLoads::Acquire(std::string_view key) {
  NodeIndex node = ring_->OwnerOf(key);
  ++probes_;
  if (IsFull(node)) {
    node = Spill(key, node);
    ++spilled_;
  }
  ++requests_;
  ++active_[node];
  ++total_;
  return node;
}

NodeIndex BoundedLoads::Spill(std::string_view key, NodeIndex owner) {
  constexpr std::uint64_t kOrderSeed = 0x5b111;  // apart from every seed that rings hash keys with
  std::iota(order_.begin(), order_.end(), NodeIndex{0});
  Rng rng(HashXx64(key, kOrderSeed));
  for (std::size_t i = 0; i < order_.size(); ++i) {
    std::swap(order_[i], order_[i + rng.Below(order_.size() - i)]);
    if (order_[i] == owner) continue;
    ++probes_;
    if (!IsFull(order_[i])) return order_[i];
  }
  RL_CHECK_BECAUSE(false, "the slots are more than the requests, so one is free");
  return owner;
}

void BoundedLoads::Release(NodeIndex node) {
  RL_CHECK(active_[node] > 0);
  --active_[node];
  --total_;
}

}  // namespace ringlab
