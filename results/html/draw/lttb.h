// Largest triangle three buckets: which points of a long line to keep so that it looks the same
// (S. Steinarsson, "Downsampling Time Series for Visual Representation", 2013, section 4.2).
#pragma once

#include <cstddef>
#include <vector>

namespace ringlab::html {

struct Point {
  double x = 0;
  double y = 0;  // NaN where nothing was measured
};

// The indices of the points to keep, ascending: the first, the last and, of each of `keep` - 2
// stretches between, the one that spans the largest triangle with the point kept before it and the
// mean of the stretch after it. All of them when there are no more than `keep`; keep >= 3. The
// points must be finite, in the units of the picture.
std::vector<std::size_t> Lttb(const std::vector<Point>& points, std::size_t keep);

}  // namespace ringlab::html
