#include "tests/contract/transport_contract.h"

#include <optional>

#include "tests/support/direct_transport.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {
namespace {

class DirectFixture {
 public:
  explicit DirectFixture(Duration delay) : transport_(std::in_place, scheduler_, delay) {}

  Transport& transport() { return *transport_; }
  void Serve(std::string name, DirectTransport::Handler handler) {
    transport_->Serve(std::move(name), std::move(handler));
  }
  void Kill(const std::string& name) { transport_->Kill(name); }
  TimePoint Now() const { return scheduler_.Now(); }
  void AdvanceBy(Duration wait) { scheduler_.AdvanceBy(wait); }
  void End() { transport_.reset(); }

 private:
  ManualScheduler scheduler_;
  std::optional<DirectTransport> transport_;
};

TEST_CASE("DirectTransport without delay keeps the transport contract") {
  DirectFixture fixture(Duration::zero());
  CheckTransportContract(fixture);
}

TEST_CASE("DirectTransport with delay keeps the transport contract") {
  DirectFixture fixture(std::chrono::milliseconds(5));
  CheckTransportContract(fixture);
}

}  // namespace
}  // namespace ringlab
