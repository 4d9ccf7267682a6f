#include "loadgen/plan/plan_hash.h"

#include <string_view>

#include "core/base/hash.h"
#include "loadgen/plan/permutation.h"

namespace ringlab {

namespace {

std::string HexOf(std::uint64_t rest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, rest >>= 4) {
    *digit = kDigits[rest & 15];
  }
  return text;
}

}  // namespace

void PlanHash::Add(const PlannedRequest& request) {
  // Each step is a bijection of the state, so a difference is never lost, only ever mixed on.
  constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;
  static_assert(Permutation::kMaxSize <= std::uint64_t{1} << 40, "bits from 40 on are free");
  static_assert(kBatchMax <= std::uint64_t{1} << 16, "bits 40 to 55 hold the further keys");
  const std::uint64_t more = std::uint64_t{request.further_keys} << 40;
  const std::uint64_t what = more | static_cast<std::uint64_t>(request.operation) << 56;
  std::uint64_t word = request.key_index | what;
  if (request.key_index >> 40 != 0) word = Mix64(request.key_index) + what;  // a trace's
  state_ = Mix64(state_ + kGolden + static_cast<std::uint64_t>(request.intended.count()));
  state_ = Mix64(state_ + kGolden + word);
  order_ = Mix64(order_ + kGolden + word);
  ++count_;
}

std::uint64_t PlanHash::value() const { return Mix64(state_ ^ count_); }

std::string PlanHash::ToString() const { return HexOf(value()); }

std::string PlanHash::OrderToString() const { return HexOf(Mix64(order_ ^ count_)); }

}  // namespace ringlab
