// What callers and peers send over gRPC: the first byte chooses a row of the method table, the rest
// is the message. Each call is answered once, whatever it says. Then the same bytes as a reply.
#include <memory>
#include <string>
#include <utility>

#include "core/base/check.h"
#include "core/ring/spec.h"
#include "node/wire/cache_service.h"
#include "node/wire/dialects.h"
#include "tests/fuzz/target.h"
#include "tests/support/direct_transport.h"
#include "tests/support/fake_source.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {
namespace {

// A node without a network, of a ring whose other member is dead. It lives through all inputs.
class World {
 public:
  World() {
    KeepParsersQuiet();
    GroupOptions options{.name = "g", .layers = {.bytes = std::size_t{1} << 20}};
    groups_.emplace(
        "g", std::make_unique<Group>(std::move(options),
                                     Group::Deps{membership_, transport_, source_, scheduler_}));
    const Door door{groups_, membership_, admission_, latencies_, scheduler_};
    rows_ = CacheMethods(door, {.stats = [] { return NodeStats(); },
                                .announced = [](const Announcement&) { return Result<void>(); }});
    for (Method& row : DialectMethods(door)) rows_.push_back(std::move(row));
  }

  void Call(std::size_t row, std::string_view message) {
    int replies = 0;
    rows_[row % rows_.size()].handler({.request = message, .deadline = kNever},
                                      [&](const MethodReply&) { ++replies; });
    scheduler_.AdvanceBy(std::chrono::seconds(3));  // beyond any load's time
    RL_CHECK_BECAUSE(replies == 1, "a call is answered once");
  }

 private:
  ManualScheduler scheduler_;
  DirectTransport transport_{scheduler_};
  FakeSource source_;
  Membership membership_{"n0", BuildRing(RingSpec{}, EqualNodes({"n0", "n1"})).value()};
  Groups groups_;
  Admission admission_{AdmissionOptions{}};
  GetLatencies latencies_;
  MethodTable rows_;
};

void ReadAsReply(std::string_view bytes) {
  DecodeGetReply(bytes);
  DecodePeekReply(bytes);
  DecodeStats(bytes);
  for (const std::size_t keys : {0, 1, 3}) {
    const auto replies = DecodeGetManyReply(bytes, keys);
    RL_CHECK(!replies || replies->size() == keys);
  }
}

}  // namespace
}  // namespace ringlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static auto* const world = new ringlab::World;  // for good: it would end with the process
  const std::string_view message = ringlab::AsText(data + 1, size - 1);
  world->Call(data[0], message);
  ringlab::ReadAsReply(message);
  return 0;
}
