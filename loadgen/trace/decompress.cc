#include "loadgen/trace/decompress.h"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/check.h"

namespace ringlab {

namespace {

constexpr std::size_t kPackedBytes = std::size_t{128} << 10;

// The compressed bytes, a buffer of them at a time. The first that were looked at come again.
class PackedBytes {
 public:
  PackedBytes(std::string_view first, std::unique_ptr<ByteSource> rest)
      : rest_(std::move(rest)), buffer_(kPackedBytes), end_(first.size()) {
    std::ranges::copy(first, buffer_.begin());
  }

  // Reads on when the buffer is used up: false at the end.
  Result<bool> Fill() {
    if (begin_ < end_) return true;
    const Result<std::size_t> count = rest_->Read(buffer_);
    if (!count) return tl::unexpected<Error>(count.error());
    begin_ = 0;
    end_ = *count;
    return end_ > 0;
  }

  std::string_view view() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void Skip(std::size_t bytes) {
    begin_ += bytes;
    offset_ += bytes;
  }

  // "byte 1234 of the file", where the view begins.
  std::string Place() const { return "byte " + std::to_string(offset_) + " of the file"; }

 private:
  std::unique_ptr<ByteSource> rest_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_;
  std::uint64_t offset_ = 0;
};

class PlainBytes final : public ByteSource {
 public:
  explicit PlainBytes(PackedBytes bytes) : bytes_(std::move(bytes)) {}

  Result<std::size_t> Read(std::span<char> buffer) override {
    const auto more = bytes_.Fill();
    if (!more) return tl::unexpected<Error>(more.error());
    const std::string_view view = bytes_.view().substr(0, buffer.size());
    std::ranges::copy(view, buffer.begin());
    bytes_.Skip(view.size());
    return view.size();
  }

 private:
  PackedBytes bytes_;
};

class GzipBytes final : public ByteSource {
 public:
  explicit GzipBytes(PackedBytes bytes) : bytes_(std::move(bytes)) {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    RL_CHECK(inflateInit2(&stream_, kGzipOnly) == Z_OK);
  }
  ~GzipBytes() override { (void)inflateEnd(&stream_); }
  GzipBytes(const GzipBytes&) = delete;
  GzipBytes& operator=(const GzipBytes&) = delete;

  std::string_view compression() const override { return "gzip"; }

  Result<std::size_t> Read(std::span<char> buffer) override {
    while (true) {
      const auto more = bytes_.Fill();
      if (!more) return tl::unexpected<Error>(more.error());
      if (!*more && between_members_) return 0;
      // A member may have more to give when its last byte was taken in.
      if (!*more && !pending_) {
        return Fail(Code::kDataLoss,
                    "is cut: its gzip stream ends in the middle, at " + bytes_.Place());
      }
      if (between_members_) (void)inflateReset(&stream_);
      between_members_ = false;
      const std::string_view in = bytes_.view();
      // zlib takes its input by a pointer to what it does not change.
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
      stream_.avail_in = static_cast<uInt>(in.size());
      stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(buffer.size(), kPackedBytes));
      const std::size_t room = stream_.avail_out;
      const int status = inflate(&stream_, Z_NO_FLUSH);
      bytes_.Skip(in.size() - stream_.avail_in);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
        return Fail(Code::kDataLoss, "is broken: at " + bytes_.Place() + " gzip says \"" +
                                         (stream_.msg == nullptr ? "error" : stream_.msg) + "\"");
      }
      between_members_ = status == Z_STREAM_END;
      pending_ = stream_.avail_out == 0;
      if (stream_.avail_out < room) return room - stream_.avail_out;
    }
  }

 private:
  PackedBytes bytes_;
  z_stream stream_{};
  bool between_members_ = false;
  bool pending_ = false;
};

struct FreeZstd {
  void operator()(ZSTD_DStream* stream) const { (void)ZSTD_freeDStream(stream); }
};

class ZstdBytes final : public ByteSource {
 public:
  explicit ZstdBytes(PackedBytes bytes) : bytes_(std::move(bytes)), stream_(ZSTD_createDStream()) {
    RL_CHECK(stream_ != nullptr);
  }

  std::string_view compression() const override { return "zstd"; }

  Result<std::size_t> Read(std::span<char> buffer) override {
    while (true) {
      const auto more = bytes_.Fill();
      if (!more) return tl::unexpected<Error>(more.error());
      if (!*more && wanted_ == 0) return 0;
      // A frame may have more to give when its last byte was taken in.
      if (!*more && !pending_) {
        return Fail(Code::kDataLoss,
                    "is cut: its zstd stream ends in the middle, at " + bytes_.Place());
      }
      const std::string_view packed = bytes_.view();
      ZSTD_inBuffer in{packed.data(), packed.size(), 0};
      ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
      wanted_ = ZSTD_decompressStream(stream_.get(), &out, &in);
      bytes_.Skip(in.pos);
      if (ZSTD_isError(wanted_) != 0) return Wrong();
      pending_ = out.pos == out.size;
      if (out.pos > 0) return out.pos;
    }
  }

 private:
  tl::unexpected<Error> Wrong() const {
    if (ZSTD_getErrorCode(wanted_) == ZSTD_error_frameParameter_windowTooLarge) {
      return Fail(Code::kDataLoss,
                  "was packed with a window that takes more memory than is allowed; expected zstd "
                  "with --long=27 (128 MiB) at most");
    }
    return Fail(Code::kDataLoss, "is broken: at " + bytes_.Place() + " zstd says \"" +
                                     ZSTD_getErrorName(wanted_) + "\"");
  }

  PackedBytes bytes_;
  std::unique_ptr<ZSTD_DStream, FreeZstd> stream_;
  std::size_t wanted_ = 0;  // 0 at the end of a frame
  bool pending_ = false;
};

// The third byte names the only method that there is. Two alone could begin an oracleGeneral.
bool IsGzip(std::string_view begin) { return begin.starts_with("\x1f\x8b\x08"); }

// A frame, or one to be skipped, with which pzstd begins.
bool IsZstd(std::string_view begin) {
  if (begin == "\x28\xb5\x2f\xfd") return true;
  return begin.ends_with("\x2a\x4d\x18") && begin.front() >= '\x50' && begin.front() <= '\x5f';
}

}  // namespace

Result<std::unique_ptr<ByteSource>> Decompressed(std::unique_ptr<ByteSource> packed) {
  std::array<char, 4> first{};
  std::size_t have = 0;
  while (have < first.size()) {
    const auto count = packed->Read(std::span(first).subspan(have));
    if (!count) return tl::unexpected<Error>(count.error());
    if (*count == 0) break;
    have += *count;
  }
  const std::string_view begin(first.data(), have);
  PackedBytes bytes(begin, std::move(packed));
  std::unique_ptr<ByteSource> source;
  if (IsGzip(begin)) {
    source = std::make_unique<GzipBytes>(std::move(bytes));
  } else if (IsZstd(begin)) {
    source = std::make_unique<ZstdBytes>(std::move(bytes));
  } else {
    source = std::make_unique<PlainBytes>(std::move(bytes));
  }
  return source;
}

}  // namespace ringlab
