#include "results/hdr/v2.h"

#include <zlib.h>

#include <array>
#include <bit>
#include <cstdio>
#include <memory>
#include <new>

#include "results/hdr/base64.h"

namespace ringlab {

namespace {

constexpr std::uint32_t kCookie = 0x1c849303;            // of what the zlib stream holds
constexpr std::uint32_t kCompressedCookie = 0x1c849304;  // of the frame around it
constexpr std::uint32_t kWordBits = 0x10;                // says V2; other bits there are ignored
constexpr std::uint32_t kWordMask = 0xf0;
constexpr std::size_t kFrameBytes = 8;
constexpr std::size_t kHeaderBytes = 40;
constexpr std::size_t kNumberBytesMax = 9;

tl::unexpected<Error> Refuse(const std::string& why) {
  return Fail(Code::kInvalidArgument, "histogram: " + why);
}

template <class Number>
void PutBigEndian(Number number, std::string& bytes) {
  for (int shift = 8 * (static_cast<int>(sizeof number) - 1); shift >= 0; shift -= 8) {
    bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> shift & 255);
  }
}

template <class Number>
Number GetBigEndian(std::string_view bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return static_cast<Number>(number);
}

// Seven bits a byte, the lowest first; the ninth byte has eight and needs no flag.
void PutNumber(std::int64_t number, std::string& bytes) {
  std::uint64_t left =
      static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
  for (std::size_t i = 1; left > 127 && i < kNumberBytesMax; ++i, left >>= 7) {
    bytes += static_cast<char>(left | 128);
  }
  bytes += static_cast<char>(left);
}

// Takes a number off the front; false when it goes beyond the end.
bool TakeNumber(std::string_view& bytes, std::int64_t& number) {
  std::uint64_t zigzag = 0;
  for (std::size_t i = 0; i < kNumberBytesMax && i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const bool last = byte < 128 || i + 1 == kNumberBytesMax;
    const auto shift = static_cast<int>(7 * i);
    zigzag |= std::uint64_t{i + 1 == kNumberBytesMax ? byte : byte & 127U} << shift;
    if (!last) continue;
    number = static_cast<std::int64_t>(zigzag >> 1) ^ -static_cast<std::int64_t>(zigzag & 1);
    bytes.remove_prefix(i + 1);
    return true;
  }
  return false;
}

std::string PutCounts(const HdrHistogram& histogram) {
  std::string bytes;
  std::uint32_t next = 0;
  for (const HdrHistogram::Cell& cell : histogram.cells()) {
    const auto zeros = static_cast<std::int64_t>(cell.index - next);
    if (zeros > 0) PutNumber(zeros == 1 ? 0 : -zeros, bytes);  // one zero is itself, as in Java
    PutNumber(static_cast<std::int64_t>(cell.count), bytes);
    next = cell.index + 1;
  }
  if (bytes.empty()) PutNumber(0, bytes);  // the library in C expects one
  return bytes;
}

// Gets what a zlib stream holds, piece by piece.
class Inflater {
 public:
  explicit Inflater(std::string_view deflated) {
    stream_.next_in = const_cast<Bytef*>(  // NOLINT(cppcoreguidelines-pro-type-const-cast): zlib's
        reinterpret_cast<const Bytef*>(deflated.data()));
    stream_.avail_in = static_cast<uInt>(deflated.size());
    if (inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Exactly so many bytes more, or fewer where the stream ends or is broken. Takes memory as it
  // finds bytes, not as it is told to.
  std::string Get(std::size_t size) {
    std::string bytes;
    std::array<char, 4096> piece{};
    while (bytes.size() < size && !over_) {
      const std::size_t want = std::min(piece.size(), size - bytes.size());
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = static_cast<uInt>(want);
      const int state = inflate(&stream_, Z_NO_FLUSH);
      over_ = state != Z_OK;
      sound_ = state == Z_STREAM_END;
      bytes.append(piece.data(), want - stream_.avail_out);
    }
    return bytes;
  }

  // At the end, and zlib's checksum holds.
  bool IsSoundEnd() { return Get(1).empty() && sound_; }

 private:
  z_stream stream_{};
  bool over_ = false;
  bool sound_ = false;
};

Result<HdrLayout> TakeHeader(std::string_view header, std::size_t& payload_bytes) {
  if (header.size() < kHeaderBytes) return Refuse("its zlib stream is broken or holds too little");
  const auto cookie = GetBigEndian<std::uint32_t>(header, 0);
  if ((cookie & ~kWordMask) != kCookie) return Refuse("what it holds is no V2 encoding");
  const auto size = GetBigEndian<std::int32_t>(header, 4);
  auto layout = HdrLayout::Create(GetBigEndian<std::int64_t>(header, 16),
                                  GetBigEndian<std::int64_t>(header, 24),
                                  GetBigEndian<std::int32_t>(header, 12));
  if (!layout) return Refuse(layout.error().message);
  if (size < 0 ||
      static_cast<std::uint64_t>(size) > std::uint64_t{kNumberBytesMax} * layout->counters()) {
    return Refuse(std::to_string(size) + " bytes of counts, for " +
                  std::to_string(layout->counters()) + " counters");
  }
  payload_bytes = static_cast<std::size_t>(size);
  return layout;
}

Result<HdrHistogram> TakeCounts(std::string_view payload, const HdrLayout& layout) {
  HdrHistogram histogram(layout);
  std::uint64_t index = 0;
  while (!payload.empty()) {
    std::int64_t number = 0;
    if (!TakeNumber(payload, number)) return Refuse("its last count is cut off");
    // A run of zeros, or a count (of which 0 is one).
    const std::uint64_t counters = number < 0 ? 0 - static_cast<std::uint64_t>(number) : 1;
    if (counters > layout.counters() - index) {
      return Refuse("more counts than its layout's " + std::to_string(layout.counters()));
    }
    if (number > 0 &&
        !histogram.Append(static_cast<std::uint32_t>(index), static_cast<std::uint64_t>(number))) {
      return Refuse("its counts add up to more than a 64-bit integer holds");
    }
    index += counters;
  }
  return histogram;
}

}  // namespace

std::string EncodeHdr(const HdrHistogram& histogram) {
  const std::string payload = PutCounts(histogram);
  const HdrLayout& layout = histogram.layout();
  std::string bytes;
  PutBigEndian(kCookie | kWordBits, bytes);
  PutBigEndian(static_cast<std::int32_t>(payload.size()), bytes);
  PutBigEndian(std::int32_t{0}, bytes);  // offset of the first counter
  PutBigEndian(static_cast<std::int32_t>(layout.digits()), bytes);
  PutBigEndian(layout.lowest(), bytes);
  PutBigEndian(layout.highest(), bytes);
  PutBigEndian(std::bit_cast<std::uint64_t>(1.0), bytes);  // ratio of values to what they stand for
  bytes += payload;

  uLongf size = compressBound(bytes.size());
  std::string deflated(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(deflated.data()), &size,
                reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(),
                Z_BEST_COMPRESSION) != Z_OK) {
    throw std::bad_alloc();  // the room is what zlib asked for
  }
  deflated.resize(size);
  std::string frame;
  PutBigEndian(kCompressedCookie | kWordBits, frame);
  PutBigEndian(static_cast<std::int32_t>(deflated.size()), frame);
  return EncodeBase64(frame + deflated);
}

Result<HdrHistogram> DecodeHdr(std::string_view text) {
  if (text.size() > kHdrTextMax) {
    return Refuse(std::to_string(text.size()) + " characters; at most " +
                  std::to_string(kHdrTextMax) + " are read");
  }
  const auto frame = DecodeBase64(text);
  if (!frame) return Refuse("expected base64, HISTF…");
  if (frame->size() < kFrameBytes) return Refuse("cut off in its first bytes");
  const auto cookie = GetBigEndian<std::uint32_t>(*frame, 0);
  if ((cookie & ~kWordMask) != kCompressedCookie) {
    return Refuse("no compressed V2 encoding, which begins with HISTF");
  }
  const auto size = GetBigEndian<std::int32_t>(*frame, 4);
  if (size < 0 || static_cast<std::size_t>(size) != frame->size() - kFrameBytes) {
    return Refuse("says that " + std::to_string(size) + " bytes follow, and " +
                  std::to_string(frame->size() - kFrameBytes) + " do");
  }
  Inflater inflater(std::string_view(*frame).substr(kFrameBytes));
  std::size_t payload_bytes = 0;
  const auto layout = TakeHeader(inflater.Get(kHeaderBytes), payload_bytes);
  if (!layout) return tl::unexpected(layout.error());
  const std::string payload = inflater.Get(payload_bytes);
  if (payload.size() < payload_bytes) return Refuse("its zlib stream is broken or too short");
  if (!inflater.IsSoundEnd()) return Refuse("its zlib stream is broken or holds more than it says");
  return TakeCounts(payload, *layout);
}

}  // namespace ringlab
