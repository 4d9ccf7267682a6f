// Reads libCacheSim's oracleGeneral: see loadgen/trace/trace_reader.h.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "loadgen/trace/byte_window.h"
#include "loadgen/trace/trace_reader.h"

namespace ringlab {

inline constexpr std::size_t kOracleBytes = 24;  // a record

// Every request is a get: the format knows no other.
std::unique_ptr<TraceReader> MakeOracleReader(ByteWindow window, std::string file);

}  // namespace ringlab
