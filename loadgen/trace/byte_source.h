// ByteSource: the bytes of a file, plain, gzip or zstd, told by how they begin.
//
// Reads on and never back, and holds a buffer of 128 KiB whatever the length of the file, and for
// zstd the window of its frames (128 MiB at most, what the format's tools take by default). Not
// thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringlab {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Fills some of `buffer` (which has room for one byte or more): how many bytes, 0 at the end.
  // kDataLoss when what is compressed is cut or broken, with the byte of the file at which that
  // shows; kUnavailable when the file cannot be read.
  virtual Result<std::size_t> Read(std::span<char> buffer) = 0;

  // "none", "gzip" or "zstd"
  virtual std::string_view compression() const { return "none"; }
};

// kNotFound, kPermissionDenied or kUnavailable for what cannot be opened, kInvalidArgument for what
// is no regular file. The message does not name the file: who calls does.
Result<std::unique_ptr<ByteSource>> OpenBytes(const std::string& file);

// Of `bytes`, which must outlive it, compressed or not.
std::unique_ptr<ByteSource> BytesOf(std::string_view bytes);

}  // namespace ringlab
