#include "loadgen/plan/operation.h"

#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "core/base/check.h"
#include "core/base/parse.h"

namespace ringlab {

namespace {

constexpr std::array<std::pair<std::string_view, double OperationMix::*>, kOperations> kWeights{
    {{"get", &OperationMix::get}, {"set", &OperationMix::set}, {"remove", &OperationMix::remove}}};

tl::unexpected<Error> Refuse(std::string_view text, const std::string& why) {
  return Fail(Code::kInvalidArgument,
              "\"" + std::string(text) +
                  "\": expected weights of get, set and remove from 0 up, not all of them 0, such "
                  "as get=90,set=9,remove=1" +
                  (why.empty() ? "" : "; " + why));
}

}  // namespace

std::string_view OperationName(Operation operation) {
  return kWeights.at(static_cast<std::size_t>(operation)).first;
}

bool OperationMix::IsValid() const {
  const double sum = get + set + remove;
  return get >= 0 && set >= 0 && remove >= 0 && sum > 0 && std::isfinite(sum);
}

// The comparisons are exact at the ends: without removes the second bound is the sum over itself.
Operation OperationMix::At(double u) const {
  RL_CHECK(IsValid());
  const double sum = get + set + remove;
  if (u < get / sum) return Operation::kGet;
  return u < (get + set) / sum ? Operation::kSet : Operation::kRemove;
}

Result<OperationMix> ParseOperationMix(std::string_view text) {
  OperationMix mix{.get = 0};
  std::array<bool, kOperations> seen{};
  for (const std::string_view part : SplitAt(text, ',')) {
    const auto [name, weight_text] = SplitOnce(part, '=');
    std::size_t at = 0;
    while (at < kOperations && kWeights[at].first != name) ++at;
    const std::string named = "\"" + std::string(name) + "\"";
    if (at == kOperations) return Refuse(text, named + " is no operation");
    if (std::exchange(seen[at], true)) return Refuse(text, named + " comes twice");
    const auto weight = ParseNumber(weight_text);
    if (!weight || *weight < 0) return Refuse(text, named + " has no such weight");
    mix.*(kWeights[at].second) = *weight;
  }
  if (!mix.IsValid()) return Refuse(text, "");
  return mix;
}

}  // namespace ringlab
