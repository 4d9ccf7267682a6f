// Messages of a watch, and what a node makes of them: whatever an etcd sends, or who poses as one,
// it asks for no more than it should, and its members can be dialled.
#include "core/base/check.h"
#include "node/etcd/watcher.h"
#include "node/etcd/wire.h"
#include "tests/fuzz/target.h"

namespace ringlab {
namespace {

int TryOne(std::string_view bytes) {
  EtcdWatcher machine({.prefix = "s/"});
  TimePoint now{std::chrono::hours(1)};
  (void)machine.Start(now);
  (void)machine.Listed(now, DecodeEtcdListing(bytes));
  (void)machine.Tick(machine.wake());
  const auto notice = DecodeEtcdNotice(bytes);
  (void)DecodeEtcdGrant(bytes);
  (void)DecodeEtcdKeepAlive(bytes);
  (void)DecodeEtcdToken(bytes);
  if (!notice) return 0;
  for (int i = 0; i < 3; ++i) {
    RL_CHECK(machine.Noticed(now, *notice).size() <= 1);
    now = machine.wake() == kNever ? now : std::max(now, machine.wake());
    RL_CHECK(machine.Tick(now).size() <= 2);
  }
  for (const Peer& peer : machine.state().members) RL_CHECK(CanBeDialled(peer.address));
  for (const Said& line : machine.TakeLines()) {
    for (const char c : line.text) RL_CHECK(c >= ' ' && c != '\x7f');
  }
  return 0;
}

}  // namespace
}  // namespace ringlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ringlab::TryOne(ringlab::AsText(data, size));
}
