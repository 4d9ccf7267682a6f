// PlanSurvey: a plan walked to its end before it is sent: what it asks for, and its hash.
//
// A trace is known only so: how long it lasts, and whether its file is whole. Constant memory.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/base/result.h"
#include "core/base/time.h"
#include "loadgen/plan/operation.h"
#include "loadgen/plan/trace_sizes.h"
#include "loadgen/plan/workload.h"

namespace ringlab {

struct PlanSurvey {
  std::uint64_t requests = 0;
  std::uint64_t measured = 0;  // of these, due at or after the given time
  std::array<std::uint64_t, kOperations> operations{};
  Duration last{};             // when the last one is due
  std::uint64_t distinct = 0;  // keys, estimated: within 3 % nearly always
  PlanHash hash;
  std::optional<Error> error = {};  // what ended it before its end
};

// `plan` at its beginning; of it the first `requests_max` at most. `sizes`, if any, learns those
// that its requests tell.
PlanSurvey SurveyPlan(Workload plan, Duration measured_from,
                      std::uint64_t requests_max = UINT64_MAX, TraceSizes* sizes = nullptr);

}  // namespace ringlab
