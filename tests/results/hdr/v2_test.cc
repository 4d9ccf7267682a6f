#include "results/hdr/v2.h"

#include <rapidcheck.h>
#include <zlib.h>

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "core/base/random.h"
#include "results/hdr/base64.h"
#include "tests/results/hdr/hdr_vectors.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

// A frame around a header and counts, with whatever a test puts in them.
struct Parts {
  std::uint32_t frame_cookie = 0x1c849314;
  std::uint32_t cookie = 0x1c849313;
  std::int64_t payload_bytes = -1;  // -1: as many as there are
  std::int64_t digits = 3;
  std::int64_t lowest = 1;
  std::int64_t highest = 60'000'000'000;
  std::string payload = std::string(1, '\0');
  std::size_t cut = 0;  // of the zlib stream's end

  std::string Text() const {
    std::string bytes;
    Put(cookie, 4, bytes);
    Put(payload_bytes < 0 ? static_cast<std::int64_t>(payload.size()) : payload_bytes, 4, bytes);
    Put(7, 4, bytes);  // an offset, which is ignored
    Put(digits, 4, bytes);
    Put(lowest, 8, bytes);
    Put(highest, 8, bytes);
    Put(1, 8, bytes);  // as hdr-histogram-js writes the ratio, which is ignored
    bytes += payload;
    uLongf size = compressBound(bytes.size());
    std::string deflated(size, '\0');
    compress(reinterpret_cast<Bytef*>(deflated.data()), &size,
             reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
    deflated.resize(size - cut);
    std::string frame;
    Put(frame_cookie, 4, frame);
    Put(static_cast<std::int64_t>(deflated.size()), 4, frame);
    return EncodeBase64(frame + deflated);
  }

  static void Put(std::int64_t number, int size, std::string& bytes) {
    for (int i = size - 1; i >= 0; --i) bytes += static_cast<char>(number >> (8 * i) & 255);
  }
};

std::string Why(std::string_view text) {
  const auto decoded = DecodeHdr(text);
  return decoded ? "" : decoded.error().message;
}

TEST_CASE("a histogram of jHiccup's has the counts that its own tools find") {
  const auto h = DecodeHdr(kHiccups);
  REQUIRE(h.has_value());
  REQUIRE(h->layout() == *HdrLayout::Create(20'000, 3'600'000'000'000, 2));
  REQUIRE(h->count() == 741);
  REQUIRE(h->ValueAtPercentile(50) == 344'063);
  REQUIRE(h->ValueAtPercentile(99) == 409'599);
  REQUIRE(h->max() == 2'768'895);  // its line of the log says 2.769 ms
  REQUIRE(DecodeHdr(EncodeHdr(*h)) == h);
}

TEST_CASE("seven values are found in their counters") {
  const auto h = DecodeHdr(kSevenValues);
  REQUIRE(h.has_value());
  using Cell = HdrHistogram::Cell;
  REQUIRE(h->cells() == std::vector<Cell>{{1, 1}, {2, 2}, {1000, 1}, {11'169, 2}, {19'315, 1}});
  REQUIRE(h->max() == 250'085'375);
  REQUIRE(h->min() == 1);
  REQUIRE(DecodeHdr(EncodeHdr(*h)) == h);
}

TEST_CASE("the text of a histogram of ours says what it holds") {
  Histogram ours;
  Rng rng(3);
  for (int i = 0; i < 20'000; ++i) ours.Record(static_cast<std::int64_t>(rng.Exponential() * 3e5));
  ours.Record(INT64_MAX);
  const std::string text = EncodeHdr(ours);
  REQUIRE(text.starts_with("HISTFAAA"));
  REQUIRE(text.size() < 8000);
  const auto h = DecodeHdr(text);
  REQUIRE(h.has_value());
  REQUIRE(h->count() == ours.count());
  for (const double percentile : {1.0, 50.0, 90.0, 99.0, 99.9, 99.99}) {
    REQUIRE(h->ValueAtPercentile(percentile) == ours.ValueAtPercentile(percentile));
  }
  REQUIRE(h->mean() == Approx(ours.mean()).epsilon(1e-3));
  REQUIRE(h->stddev() == Approx(ours.stddev()).epsilon(1e-3));
}

TEST_CASE("an empty histogram has a text too") {
  const HdrHistogram empty(HdrLayout::OfRinglab());
  const auto h = DecodeHdr(EncodeHdr(empty));
  REQUIRE(h.has_value());
  REQUIRE(*h == empty);
  REQUIRE(h->ValueAtPercentile(99) == 0);
  REQUIRE(h->max() == 0);
  REQUIRE(h->mean() == 0);
  REQUIRE(h->stddev() == 0);
}

TEST_CASE("any counts in any layout come back") {
  REQUIRE(rc::check("counts", [] {
    const auto layout = HdrLayout::Create(*rc::gen::inRange<std::int64_t>(1, 100'000),
                                          *rc::gen::inRange<std::int64_t>(200'000, INT64_MAX),
                                          *rc::gen::inRange(1, 6));
    RC_PRE(layout.has_value());
    const auto counts = *rc::gen::container<std::map<std::uint32_t, std::uint64_t>>(
        rc::gen::inRange<std::uint32_t>(0, layout->counters()),
        rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(1, 200),
                       rc::gen::inRange<std::uint64_t>(1, std::uint64_t{1} << 56)));
    HdrHistogram histogram(*layout);
    for (const auto& [index, count] : counts) histogram.Append(index, count);
    RC_ASSERT(DecodeHdr(EncodeHdr(histogram)) == histogram);
  }));
}

TEST_CASE("the highest count there is takes nine bytes and comes back") {
  HdrHistogram histogram(HdrLayout::OfRinglab());
  REQUIRE(histogram.Append(5, HdrHistogram::kCountMax));
  REQUIRE_FALSE(histogram.Append(6, 1));
  REQUIRE(DecodeHdr(EncodeHdr(histogram)) == histogram);
}

TEST_CASE("a count beyond what nine bytes hold is refused") {
  // Twice nearly all of 63 bits: 0xfe and seven times 0xff, then eight bits.
  const std::string huge = "\xfe\xff\xff\xff\xff\xff\xff\xff\xff";
  REQUIRE(Why(Parts{.payload = huge}.Text()).empty());
  REQUIRE_THAT(Why(Parts{.payload = huge + huge}.Text()), Contains("64-bit"));
}

TEST_CASE("a zero may be a run of one or itself") {
  REQUIRE(DecodeHdr(Parts{.payload = {"\x01\x02", 2}}.Text())->cells().front().index == 1);
  REQUIRE(DecodeHdr(Parts{.payload = {"\x00\x02", 2}}.Text())->cells().front().index == 1);
  REQUIRE(DecodeHdr(Parts{.payload = ""}.Text())->count() == 0);
}

TEST_CASE("what is no histogram is refused with the reason") {
  REQUIRE(Why(Parts{}.Text()).empty());
  REQUIRE_THAT(Why(""), Contains("cut off"));
  REQUIRE_THAT(Why("HISTF"), Contains("base64"));
  REQUIRE_THAT(Why(std::string(kHdrTextMax + 1, 'A')), Contains("characters; at most"));
  REQUIRE_THAT(Why(Parts{.frame_cookie = 0x1c849302}.Text()), Contains("begins with HISTF"));
  REQUIRE_THAT(Why(Parts{.cookie = 0x1c849301}.Text()), Contains("no V2 encoding"));
  REQUIRE_THAT(Why(Parts{.digits = 6}.Text()), Contains("6 significant digits"));
  REQUIRE_THAT(Why(Parts{.digits = -1}.Text()), Contains("-1 significant digits"));
  REQUIRE_THAT(Why(Parts{.lowest = 0}.Text()), Contains("lowest value 0"));
  REQUIRE_THAT(Why(Parts{.highest = 1}.Text()), Contains("highest value 1"));
  REQUIRE_THAT(Why(Parts{.payload_bytes = 1 << 30}.Text()), Contains("bytes of counts"));
  REQUIRE_THAT(Why(Parts{.payload_bytes = 0xffffffff}.Text()), Contains("-1 bytes of counts"));
  REQUIRE_THAT(Why(Parts{.payload_bytes = 100}.Text()), Contains("too short"));
  REQUIRE_THAT(Why(Parts{.payload_bytes = 1, .payload = "\x02\x02"}.Text()),
               Contains("more than it says"));
  REQUIRE_THAT(Why(Parts{.payload = "\x80"}.Text()), Contains("cut off"));
  REQUIRE_THAT(Why(Parts{.cut = 9}.Text()), Contains("zlib stream"));
  REQUIRE_THAT(Why(Parts{.highest = 2, .payload = std::string(2049, '\2')}.Text()),
               Contains("more counts than its layout's 2048"));
  // A run of 2^63 zeros.
  REQUIRE_THAT(Why(Parts{.payload = std::string(9, '\xff')}.Text()), Contains("more counts than"));
  std::string longer(kSevenValues.substr(0, kSevenValues.size() - 4));
  REQUIRE_THAT(Why(longer), Contains("bytes follow, and"));
}

TEST_CASE("no truncated text is read and no changed one as something else") {
  for (const std::string_view whole : {kHiccups, kSevenValues}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      REQUIRE_FALSE(DecodeHdr(whole.substr(0, size)).has_value());
    }
    std::size_t refused = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
      std::string changed(whole);
      changed[at] = changed[at] == 'A' ? 'B' : 'A';
      const auto decoded = DecodeHdr(changed);
      refused += decoded ? 0 : 1;
      // A few bits mean nothing: the size of a word, and what fills the last byte of the stream.
      if (decoded) REQUIRE(decoded == DecodeHdr(whole));
    }
    REQUIRE(refused + 3 >= whole.size());
  }
}

TEST_CASE("a stream that swells is not followed") {
  // 9 MB of zeros deflate to 9 KB; one counter takes none of them.
  const Parts bomb{.payload_bytes = 1, .payload = std::string(9'000'000, '\0')};
  REQUIRE_THAT(Why(bomb.Text()), Contains("more than it says"));
}

}  // namespace
}  // namespace ringlab
