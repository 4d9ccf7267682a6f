#include "loadgen/plan/plan_survey.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "core/base/hash.h"

namespace ringlab {

namespace {

// How many different keys there were: HyperLogLog (P. Flajolet et al., AofA 2007) with 2^14
// registers, whose standard error is 0.8 %, and linear counting while many are empty.
class DistinctKeys {
 public:
  void Add(std::uint64_t key) {
    const std::uint64_t hash = Mix64(key + 0x9e3779b97f4a7c15ULL);
    auto& longest = registers_[hash >> (64 - kBits)];
    const auto zeros = static_cast<std::uint8_t>(std::countl_zero((hash << kBits) | 1) + 1);
    longest = std::max(longest, zeros);
  }

  std::uint64_t Estimate() const {
    constexpr double kCount = std::size_t{1} << kBits;
    double sum = 0;
    double empty = 0;
    for (const std::uint8_t longest : registers_) {
      sum += std::ldexp(1.0, -static_cast<int>(longest));
      empty += longest == 0 ? 1 : 0;
    }
    const double estimate = 0.7213 / (1 + 1.079 / kCount) * kCount * kCount / sum;
    const bool small = estimate < 2.5 * kCount && empty > 0;
    return static_cast<std::uint64_t>(
        std::llround(small ? kCount * std::log(kCount / empty) : estimate));
  }

 private:
  static constexpr int kBits = 14;
  std::vector<std::uint8_t> registers_ = std::vector<std::uint8_t>(std::size_t{1} << kBits);
};

}  // namespace

PlanSurvey SurveyPlan(Workload plan, Duration measured_from, std::uint64_t requests_max,
                      TraceSizes* sizes) {
  PlanSurvey survey;
  DistinctKeys keys;
  PlannedRequest request;
  std::string key;
  while (survey.requests < requests_max && plan.Next(request)) {
    survey.hash.Add(request);
    ++survey.requests;
    survey.measured += request.intended >= measured_from ? 1 : 0;
    ++survey.operations[static_cast<std::size_t>(request.operation)];
    survey.last = request.intended;
    keys.Add(request.key_index);
    if (sizes == nullptr || request.size == 0) continue;
    key.clear();
    AppendKey(request, {}, key);
    sizes->Add(key, request.size);
  }
  survey.distinct = keys.Estimate();
  survey.error = plan.error();
  return survey;
}

}  // namespace ringlab
