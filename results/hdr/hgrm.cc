#include "results/hdr/hgrm.h"

#include <array>
#include <charconv>
#include <cmath>

#include "results/text/text_format.h"

namespace ringlab {

namespace {

constexpr int kStepsInHalving = 5;

// The next percentile to print a row for: a fifth of the way over the half that is left.
double NextLevel(double level) {
  const auto halvings = static_cast<int>(std::log2(100.0 / (100.0 - level)));
  return level + 100.0 / (kStepsInHalving * std::exp2(halvings + 1));
}

// As Java's %.Nf: halves of the shortest decimal number that reads back go up. (C rounds the binary
// number, and prints a percentile of 0.9997802734375 with ...437 at its end.)
std::string Fixed(double number, int decimals) {
  std::array<char, 400> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed);
  std::string digits(buffer.data(), end.ptr);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  if (point == digits.size()) digits += '.';
  const std::size_t kept = point + 1 + static_cast<std::size_t>(decimals);
  const bool up = digits.size() > kept && digits[kept] >= '5';
  digits.resize(kept, '0');
  if (!up) return digits;
  std::size_t at = kept;
  while (at-- > 0) {
    if (digits[at] == '.') continue;
    if (digits[at] != '9') {
      ++digits[at];
      return digits;
    }
    digits[at] = '0';
  }
  return "1" + digits;
}

}  // namespace

std::string HgrmText(const HdrHistogram& histogram, double unit, std::string_view note) {
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
    const std::string value =
        Fixed(static_cast<double>(layout.HighestAt(cell.index)) / unit, digits);
    // A counter of many values stands for every level that it reaches.
    while (level < 100 && 100.0 * static_cast<double>(seen) / all >= level) {
      text += Format("%12s %s %10llu %14s\n", value.c_str(), Fixed(level / 100, 12).c_str(),
                     count(seen), Fixed(1 / (1 - level / 100), 2).c_str());
      level = NextLevel(level);
      if (seen == histogram.count()) break;
    }
  }
  const auto shown = [&](double value) { return Fixed(value / unit, digits); };
  const std::string max = shown(static_cast<double>(histogram.max()));
  if (histogram.count() > 0) {
    text += Format("%12s %s %10llu\n", max.c_str(), Fixed(1, 12).c_str(), count(histogram.count()));
  }
  return text +
         Format("#[Mean    = %12s, StdDeviation   = %12s]\n", shown(histogram.mean()).c_str(),
                shown(histogram.stddev()).c_str()) +
         Format("#[Max     = %12s, Total count    = %12llu]\n", max.c_str(),
                count(histogram.count())) +
         Format("#[Buckets = %12u, SubBuckets     = %12u]\n", layout.buckets(),
                layout.sub_buckets()) +
         (note.empty() ? "" : "#[" + std::string(note) + "]\n");
}

}  // namespace ringlab
