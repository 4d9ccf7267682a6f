// Decompressed: a ByteSource read through zlib or libzstd, when its first bytes say so.
#pragma once

#include <memory>

#include "loadgen/trace/byte_source.h"

namespace ringlab {

// What `packed` holds, which it takes over: itself when it is neither gzip (several members too)
// nor zstd (several frames too). An error is that of reading its first bytes; those of Read say
// what is wrong with the rest.
Result<std::unique_ptr<ByteSource>> Decompressed(std::unique_ptr<ByteSource> packed);

}  // namespace ringlab
