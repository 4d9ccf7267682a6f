// The sizes of values that a synthetic source takes from a file: see core/source/size_index.h.
//
// Stateless. Blocks for as long as the file system does.
#pragma once

#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/source/size_index.h"

namespace ringlab {

// Mapped, so that the nodes of a machine share its memory; the file must stay as it is while they
// run. kInvalidArgument, naming the file, for one that cannot be read or is no such file;
// kResourceExhausted when this process or the system has no descriptor or memory left for it.
Result<std::shared_ptr<const SizeIndex>> MapSizeFile(const std::string& path);

}  // namespace ringlab
