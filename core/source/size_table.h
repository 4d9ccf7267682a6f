// SizeTable: a law of sizes as a table: which part of all is at most so many bytes.
//
// Between two steps every size is as likely as another. Immutable, of constants alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ringlab {

struct SizeStep {
  double share;  // of all sizes, that are at most `bytes`
  std::uint32_t bytes;
};

class SizeTable {
 public:
  // Two steps or more that rise in both, from share 0, whose `bytes` is one less than the least
  // size, to share 1. They must outlive the table.
  constexpr SizeTable(std::string_view name, std::span<const SizeStep> steps)
      : name_(name), steps_(steps) {}

  std::string_view name() const { return name_; }
  std::size_t min() const { return std::size_t{steps_.front().bytes} + 1; }
  std::size_t max() const { return steps_.back().bytes; }
  double mean() const;

  // The size at `u`, uniform in [0, 1): the inverse of the law.
  std::size_t At(double u) const;

 private:
  std::string_view name_;
  std::span<const SizeStep> steps_;
};

}  // namespace ringlab
