#include <optional>

#include "core/guard/guarded_transport.h"
#include "tests/contract/transport_contract.h"
#include "tests/support/direct_transport.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {
namespace {

class GuardedFixture {
 public:
  Transport& transport() { return *guarded_; }
  void Serve(std::string name, DirectTransport::Handler handler) {
    inner_->Serve(std::move(name), std::move(handler));
  }
  void Kill(const std::string& name) { inner_->Kill(name); }
  TimePoint Now() const { return scheduler_.Now(); }
  void AdvanceBy(Duration wait) { scheduler_.AdvanceBy(wait); }
  void End() {
    guarded_.reset();
    inner_.reset();
  }

 private:
  ManualScheduler scheduler_;
  std::optional<DirectTransport> inner_{std::in_place, scheduler_};
  std::optional<GuardedTransport> guarded_{std::in_place, *inner_, scheduler_, GuardOptions{}};
};

TEST_CASE("GuardedTransport keeps the transport contract") {
  GuardedFixture fixture;
  CheckTransportContract(fixture);
}

}  // namespace
}  // namespace ringlab
