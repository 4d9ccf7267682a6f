#include "tests/node/etcd/etcd_world.h"

namespace ringlab {

void EtcdWorld::BreakStream() {
  if (!std::exchange(stream_open, false)) return;
  ++stream;
  time.RunAt(time.Now() + FakeEtcd::kWay, [this] {
    Settle(registration.StreamEnded(time.Now(), {Code::kUnavailable, "the stream broke"}), {});
  });
}

void EtcdWorld::Settle(const EtcdRegistration::Actions& own, const EtcdWatcher::Actions& others) {
  for (const auto& action : own) Do(action);
  for (const auto& action : others) Do(action);
  for (auto& line : registration.TakeLines()) said.push_back(std::move(line));
  for (auto& line : watcher.TakeLines()) said.push_back(std::move(line));
  const TimePoint wake = std::min(registration.wake(), watcher.wake());
  if (wake == kNever) return;
  time.RunAt(wake, [this] {
    const TimePoint now = time.Now();
    if (std::min(registration.wake(), watcher.wake()) > now) return;
    const auto ticked = registration.Tick(now);
    Settle(ticked, watcher.Tick(now));
  });
}

void EtcdWorld::SendKeepAlive(std::int64_t lease) {
  keepalives.push_back(time.Now());
  if (answers_lost || etcd.down()) return;
  time.RunAt(time.Now() + 2 * FakeEtcd::kWay, [this, lease, of = stream] {
    if (of != stream || answers_lost || etcd.down()) return;
    Settle(registration.KeptAlive(time.Now(), etcd.KeepAlive(lease)), {});
  });
}

void EtcdWorld::CheckOwnEntry() {
  if (watcher.roster().IsListed(kOwnKey)) return;
  Settle(registration.EntryGone(time.Now(), watcher.revision()), {});
}

}  // namespace ringlab
