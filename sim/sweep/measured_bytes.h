// What a job of a sweep found, as bytes for another process: bit by bit the same there. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "sim/sweep/sweep.h"

namespace ringlab {

std::string ToBytes(const SweepMeasured& measured);

// kDataLoss for what ToBytes() did not write.
Result<SweepMeasured> ReadMeasured(std::string_view bytes);

}  // namespace ringlab
