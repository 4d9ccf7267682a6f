// HdrHistogram's V2 encoding: the text "HISTF…" that its implementations in every language read.
//
// Base64 of a frame, which holds a zlib stream (RFC 1950), which holds a header and the counts up
// to the highest that is not 0, each a ZigZag number of at most nine bytes; a negative one is a run
// of zeros. After org.HdrHistogram.AbstractHistogram and hdr_histogram_log.c. Texts of different
// implementations differ in how well they are packed: compare the counts that they hold.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "results/hdr/histogram.h"

namespace ringlab {

std::string EncodeHdr(const HdrHistogram& histogram);
inline std::string EncodeHdr(const Histogram& histogram) {
  return EncodeHdr(HdrHistogram::Of(histogram));
}

inline constexpr std::size_t kHdrTextMax = 16 << 20;

// Any V2 histogram, of whatever layout. INVALID_ARGUMENT says what is wrong with a text that is
// none. Nothing in the text is believed: what is allocated is bounded by what it really holds, and
// by its layout's counters (100 MB in the worst case; a few KB for a histogram of ours). The fields
// for an offset and for a ratio are ignored, which implementations disagree about.
Result<HdrHistogram> DecodeHdr(std::string_view text);

}  // namespace ringlab
