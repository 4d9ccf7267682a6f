// ByteWindow: what was read of a ByteSource and is not yet used, and where in the file that is.
//
// Of fixed size, and owns its source. Views into it last until the next Fill or NextLine. An error
// is that of the source; nothing is read after one. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "loadgen/trace/byte_source.h"

namespace ringlab {

class ByteWindow {
 public:
  static constexpr std::size_t kBytes = std::size_t{256} << 10;
  static constexpr std::size_t kLineMax = std::size_t{64} << 10;  // of a line, its end not counted

  explicit ByteWindow(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), buffer_(kBytes) {}

  enum class Line : std::uint8_t { kLine, kEnd, kTooLong, kError };

  // Reads on until `bytes` (at most kBytes) are in view, or the file ends; false on an error.
  bool Fill(std::size_t bytes);

  std::string_view view() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void Skip(std::size_t bytes) {
    begin_ += bytes;
    offset_ += bytes;
  }

  // The next line without its end ("\n" or "\r\n"; the last may lack it), and skips it.
  Line NextLine(std::string_view& line);

  std::uint64_t offset() const { return offset_; }  // of the view, after decompression
  std::uint64_t line() const { return line_; }      // how many NextLine gave
  const Error& error() const { return error_; }
  std::string_view compression() const { return source_->compression(); }

 private:
  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool at_end_ = false;
  std::uint64_t offset_ = 0;
  std::uint64_t line_ = 0;
  Error error_{Code::kUnknown, ""};
};

}  // namespace ringlab
