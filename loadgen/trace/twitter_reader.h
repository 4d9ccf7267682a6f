// Reads Twitter's cache traces: see loadgen/trace/trace_reader.h.
#pragma once

#include <memory>
#include <string>

#include "loadgen/trace/byte_window.h"
#include "loadgen/trace/trace_reader.h"

namespace ringlab {

std::unique_ptr<TraceReader> MakeTwitterReader(ByteWindow window, std::string file);

}  // namespace ringlab
