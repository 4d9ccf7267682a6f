// ReadSmallFile: a file's bytes, or why they cannot be had: a stream that just turns out empty
// would let a lack of descriptors look like a broken file.
//
// Stateless. Blocks for as long as the file system does.
#pragma once

#include <cstddef>
#include <string>

#include "core/base/result.h"

namespace ringlab {

// kInvalidArgument, naming the file, when it is not there, is none (a pipe, a folder), cannot be
// read or is larger than that;
// kResourceExhausted when this process or the system has no descriptor or memory left for it: the
// file may be in order, and is worth another look.
Result<std::string> ReadSmallFile(const std::string& path, std::size_t bytes_max);

}  // namespace ringlab
