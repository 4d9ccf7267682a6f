// Operation: what one request of a plan does, and the mix of them that a run asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/result.h"

namespace ringlab {

// The byte is part of the plan's hash: never renumber.
enum class Operation : std::uint8_t { kGet = 0, kSet = 1, kRemove = 2 };
inline constexpr std::size_t kOperations = 3;

// "get", "set", "remove", as on the command line and in reports.
std::string_view OperationName(Operation operation);

// Weights: only their ratios count. Finite, none below 0, not all of them 0.
struct OperationMix {
  double get = 1;
  double set = 0;
  double remove = 0;

  bool HasWrites() const { return set > 0 || remove > 0; }
  bool IsValid() const;

  // The operation at `u`, uniform in [0, 1): one whose weight is 0 never comes.
  Operation At(double u) const;

  friend bool operator==(const OperationMix&, const OperationMix&) = default;
};

// "get=90,set=9,remove=1"; what is not named has weight 0. kInvalidArgument for anything else, an
// operation that comes twice included.
Result<OperationMix> ParseOperationMix(std::string_view text);

}  // namespace ringlab
