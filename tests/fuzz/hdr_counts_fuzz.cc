// What a histogram's zlib stream holds: no mutation of a text gets past the checksum to here.
#include <zlib.h>

#include <string>

#include "core/base/check.h"
#include "results/hdr/base64.h"
#include "results/hdr/v2.h"
#include "tests/fuzz/target.h"

namespace ringlab {
namespace {

int TryOne(const std::uint8_t* data, std::size_t size) {
  uLongf deflated_size = compressBound(size);
  std::string deflated(deflated_size, '\0');
  const int done = compress2(reinterpret_cast<Bytef*>(deflated.data()), &deflated_size, data, size,
                             Z_NO_COMPRESSION);
  RL_CHECK(done == Z_OK);
  deflated.resize(deflated_size);
  std::string frame("\x1c\x84\x93\x14", 4);
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame += static_cast<char>(deflated.size() >> shift & 255);
  }
  const auto histogram = DecodeHdr(EncodeBase64(frame + deflated));
  if (!histogram) return 0;
  RL_CHECK(histogram->cells().size() <= size);
  RL_CHECK(DecodeHdr(EncodeHdr(*histogram)) == histogram);
  std::uint64_t sum = 0;
  for (const HdrHistogram::Cell& cell : histogram->cells()) {
    RL_CHECK(cell.index < histogram->layout().counters());
    sum += cell.count;
  }
  RL_CHECK(sum == histogram->count());
  return 0;
}

}  // namespace
}  // namespace ringlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ringlab::TryOne(data, size);
}
