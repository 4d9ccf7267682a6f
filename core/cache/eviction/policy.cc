#include "core/cache/eviction/policy.h"

#include <array>
#include <string>

namespace ringlab {

namespace {

struct Row {
  Policy policy;
  std::string_view name;
};

constexpr std::array kRows = {Row{Policy::kLru, "lru"}, Row{Policy::kLfu, "lfu"},
                              Row{Policy::kSieve, "sieve"}, Row{Policy::kS3Fifo, "s3fifo"},
                              Row{Policy::kTinyLfu, "tinylfu"}};

}  // namespace

std::string_view PolicyName(Policy policy) { return kRows[static_cast<std::size_t>(policy)].name; }

const std::vector<Policy>& Policies() {
  static const std::vector<Policy> policies = [] {
    std::vector<Policy> all;
    for (const Row& row : kRows) all.push_back(row.policy);
    return all;
  }();
  return policies;
}

Result<Policy> ParsePolicy(std::string_view text) {
  std::string accepted;
  for (const Row& row : kRows) {
    if (row.name == text) return row.policy;
    accepted += (accepted.empty() ? "" : ", ") + std::string(row.name);
  }
  return Fail(Code::kInvalidArgument,
              "policy \"" + std::string(text) + "\": unknown; accepted: " + accepted);
}

}  // namespace ringlab
