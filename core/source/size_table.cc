#include "core/source/size_table.h"

#include <algorithm>

namespace ringlab {

double SizeTable::mean() const {
  double mean = 0;
  for (std::size_t i = 1; i < steps_.size(); ++i) {
    const double sum = 1.0 + steps_[i - 1].bytes + steps_[i].bytes;
    mean += (steps_[i].share - steps_[i - 1].share) * sum / 2;
  }
  return mean;
}

std::size_t SizeTable::At(double u) const {
  // The last share is 1, which is above u.
  const auto high = std::ranges::upper_bound(steps_, u, {}, &SizeStep::share);
  const auto low = high - 1;
  const std::uint32_t sizes = high->bytes - low->bytes;
  const double part = (u - low->share) / (high->share - low->share);
  const auto above = static_cast<std::uint32_t>(part * sizes);
  return std::size_t{low->bytes} + 1 + std::min(above, sizes - 1);
}

}  // namespace ringlab
