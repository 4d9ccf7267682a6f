// What the processes that share jobs say to each other: a report to the first, and its orders in
// answer. Each report is answered by one order, so neither outruns the other.
//
// Nobody knows how long a job takes, but everybody reports every now and then: who does not is
// gone. Pure; any thread may call it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "sim/jobs/dealer.h"

namespace ringlab {

struct JobReport {
  std::uint64_t wanted = 0;     // jobs that it would begin, or have lie ready
  std::uint64_t under_way = 0;  // that it was dealt and has not done
  bool asks_end = false;        // somebody there wants the end
  std::vector<JobResult> done;  // since its last report
};

struct JobOrders {
  enum class What : std::uint8_t {
    kGoOn,  // and begin `more` too
    kStop,  // begin no further job, not even one that was dealt
    kOver,  // the run is over
  };

  What what = What::kGoOn;
  JobRange more = {};
};

std::string ToBytes(const JobReport& report);
std::string ToBytes(const JobOrders& orders);

// kDataLoss for what ToBytes() did not write.
Result<JobReport> ReadJobReport(std::string_view bytes);
Result<JobOrders> ReadJobOrders(std::string_view bytes);

}  // namespace ringlab
