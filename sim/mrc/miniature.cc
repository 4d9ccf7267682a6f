#include "sim/mrc/miniature.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/check.h"
#include "core/cache/cache.h"

namespace ringlab {

namespace {

constexpr int kMiniatureHashBits = 64;
constexpr std::uint64_t kValueBytesMost = std::numeric_limits<std::uint32_t>::max();

std::uint64_t MiniatureThreshold(double rate) {
  RL_CHECK(rate > 0 && rate <= 1);
  if (rate >= 1) return std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::uint64_t>(std::ldexp(rate, kMiniatureHashBits));
}

// What does not grow with a cache stays as it is.
std::size_t MiniatureBudget(Policy policy, std::uint64_t budget_bytes, double rate) {
  RL_CHECK(budget_bytes >= Cache::kBudgetBytesMin);
  const Store whole(policy, budget_bytes);
  const auto fixed = static_cast<double>(whole.fixed_bytes(false));
  const double scaled = fixed + (static_cast<double>(budget_bytes) - fixed) * rate;
  return std::max(static_cast<std::size_t>(scaled), Cache::kBudgetBytesMin);
}

}  // namespace

Miniature::Miniature(Policy policy, std::uint64_t budget_bytes, double rate)
    : rate_(rate),
      threshold_(MiniatureThreshold(rate)),
      store_(policy, MiniatureBudget(policy, budget_bytes, rate)) {}

bool Miniature::Get(std::string_view key, std::uint64_t hash) {
  if (store_.Find(key, hash) != nullptr) return true;
  ++misses_;
  return false;
}

void Miniature::Remove(std::string_view key, std::uint64_t hash) {
  RemovedItems removed;
  store_.Erase(key, hash, removed);
}

// What is too large for the cache is not made at all: it might be too large for this machine.
void Miniature::Set(std::string_view key, std::uint64_t hash, std::uint64_t value_bytes) {
  if (key.size() > Item::kKeyBytesMax || value_bytes > kValueBytesMost ||
      Item::ChargeOf(key.size(), value_bytes) + store_.fixed_bytes(false) > store_.budget_bytes()) {
    return Remove(key, hash);
  }
  Store::Leaving leaving;
  Item* const item = Item::New(key, static_cast<std::uint32_t>(hash), value_bytes);
  if (!store_.Insert(item, hash, TimePoint{}, leaving)) item->DropReference();
}

double MiniatureRate(double entries, double wanted, double rate_max) {
  if (!(entries > wanted)) return rate_max;
  return std::min(rate_max, std::exp2(-std::floor(std::log2(entries / wanted))));
}

}  // namespace ringlab
