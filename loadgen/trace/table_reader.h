// Reads traces whose columns are told by name: plain CSV and Meta's kvcache. See
// loadgen/trace/trace_reader.h.
#pragma once

#include <memory>
#include <string>

#include "core/base/result.h"
#include "loadgen/trace/byte_window.h"
#include "loadgen/trace/trace_reader.h"

namespace ringlab {

// `format` is kCsv or kKvcache. An error when the header has no column of keys, or one twice.
Result<std::unique_ptr<TraceReader>> MakeTableReader(ByteWindow window, std::string file,
                                                     TraceFormat format);

}  // namespace ringlab
