#include "tests/contract/scheduler_contract.h"

#include <optional>

#include "tests/support/manual_scheduler.h"

namespace ringlab {
namespace {

class ManualFixture {
 public:
  Scheduler& scheduler() { return *scheduler_; }
  void AdvanceBy(Duration wait) { scheduler_->AdvanceBy(wait); }
  void End() { scheduler_.reset(); }

 private:
  std::optional<ManualScheduler> scheduler_{std::in_place};
};

TEST_CASE("ManualScheduler keeps the scheduler contract") {
  ManualFixture fixture;
  CheckSchedulerContract(fixture);
}

}  // namespace
}  // namespace ringlab
