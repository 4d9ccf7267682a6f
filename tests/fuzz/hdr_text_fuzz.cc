// The text of a histogram, as it comes in a file.
#include "core/base/check.h"
#include "results/hdr/hgrm.h"
#include "results/hdr/v2.h"
#include "tests/fuzz/target.h"

namespace ringlab {
namespace {

int TryOne(const std::uint8_t* data, std::size_t size) {
  const auto histogram = DecodeHdr(AsText(data, size));
  if (!histogram) return 0;
  RL_CHECK(DecodeHdr(EncodeHdr(*histogram)) == histogram);
  RL_CHECK(histogram->min() <= histogram->ValueAtPercentile(50));
  RL_CHECK(histogram->ValueAtPercentile(100) == histogram->max());
  RL_CHECK(!HgrmText(*histogram).empty());
  return 0;
}

}  // namespace
}  // namespace ringlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ringlab::TryOne(data, size);
}
