#include "results/hdr/hgrm.h"

#include <cmath>

#include "loadgen/text_format.h"

namespace ringlab {

namespace {

constexpr int kStepsInHalving = 5;

// The next percentile to print a row for: a fifth of the way over the half that is left.
double NextLevel(double level) {
  const auto halvings = static_cast<int>(std::log2(100.0 / (100.0 - level)));
  return level + 100.0 / (kStepsInHalving * std::exp2(halvings + 1));
}

}  // namespace

std::string HgrmText(const HdrHistogram& histogram, double unit) {
  const HdrLayout& layout = histogram.layout();
  const int digits = layout.digits();
  const auto count = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::string text =
      Format("%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
  const auto all = static_cast<double>(histogram.count());
  double level = 0;
  std::uint64_t seen = 0;
  for (const HdrHistogram::Cell& cell : histogram.cells()) {
    seen += cell.count;
    const double value = static_cast<double>(layout.HighestAt(cell.index)) / unit;
    // A counter of many values stands for every level that it reaches.
    while (level < 100 && 100.0 * static_cast<double>(seen) / all >= level) {
      text += Format("%12.*f %2.12f %10llu %14.2f\n", digits, value, level / 100, count(seen),
                     1 / (1 - level / 100));
      level = NextLevel(level);
      if (seen == histogram.count()) break;
    }
  }
  if (histogram.count() > 0) {
    text += Format("%12.*f %2.12f %10llu\n", digits, static_cast<double>(histogram.max()) / unit,
                   1.0, count(histogram.count()));
  }
  return text +
         Format("#[Mean    = %12.*f, StdDeviation   = %12.*f]\n", digits, histogram.mean() / unit,
                digits, histogram.stddev() / unit) +
         Format("#[Max     = %12.*f, Total count    = %12llu]\n", digits,
                static_cast<double>(histogram.max()) / unit, count(histogram.count())) +
         Format("#[Buckets = %12u, SubBuckets     = %12u]\n", layout.buckets(),
                layout.sub_buckets());
}

}  // namespace ringlab
