// A node's entry in etcd, and all that can happen to it, in virtual time.
#include <catch2/catch.hpp>

#include "tests/node/etcd/etcd_world.h"

namespace ringlab {
namespace {

using Do = EtcdRegistration::Do;

constexpr Duration kSecond = std::chrono::seconds(1);

TEST_CASE("a node registers and renews its lease each third of its time") {
  EtcdWorld world;
  world.Pass(kSecond);
  REQUIRE(world.registration.registered());
  REQUIRE(world.etcd.entries().at(EtcdWorld::kOwnKey).value ==
          R"({"Op":0,"Addr":"a:1","Metadata":null})");
  world.PassSeconds(300);
  REQUIRE(world.keepalives.size() >= 99);
  REQUIRE(world.keepalives.size() <= 101);
  REQUIRE(world.keepalives[50] - world.keepalives[49] >= EtcdWorld::kTtl / 3);
  REQUIRE(world.grants.size() == 1);
  REQUIRE(world.puts == 1);
  REQUIRE(world.said.size() == 1);  // that it registered
}

TEST_CASE("a lease that is revoked by hand is replaced within a second") {
  EtcdWorld world;
  world.PassSeconds(10);
  const auto before = world.etcd.leases();
  REQUIRE(world.etcd.Revoke(before.at(0)));
  REQUIRE_FALSE(world.IsThere());
  world.Pass(kSecond);
  REQUIRE(world.IsThere());
  REQUIRE(world.etcd.leases().size() == 1);
  REQUIRE(world.etcd.leases() != before);
  world.PassSeconds(60);
  REQUIRE(world.grants.size() == 2);
}

TEST_CASE("a lease that is gone shows in the answer to its renewal") {
  EtcdWorld world;
  world.PassSeconds(10);
  world.etcd.CloseWatch();  // nothing else tells
  REQUIRE(world.etcd.Revoke(world.etcd.leases().at(0)));
  world.Pass(EtcdWorld::kTtl / 3 + kSecond);
  REQUIRE(world.IsThere());
  REQUIRE(world.Lines("the lease has ended") == 1);
}

TEST_CASE("an entry that somebody deletes is put again under the same lease") {
  EtcdWorld world;
  world.PassSeconds(10);
  world.etcd.Delete(EtcdWorld::kOwnKey);
  world.Pass(kSecond);
  REQUIRE(world.IsThere());
  REQUIRE(world.grants.size() == 1);
  REQUIRE(world.Lines("somebody deleted") == 1);
}

// What others saw of a node that was away, it must know before it is back.
TEST_CASE("a node whose entry was gone steps aside before it puts it again") {
  const auto gone = GENERATE(0, 1, 2);
  CAPTURE(gone);
  EtcdWorld world;
  world.PassSeconds(10);
  REQUIRE(world.steps_aside == 0);
  if (gone == 0) world.etcd.Delete(EtcdWorld::kOwnKey);
  if (gone == 1) REQUIRE(world.etcd.Revoke(world.etcd.leases().at(0)));
  if (gone == 2) world.etcd.LoseEverything();
  world.PassSeconds(10);
  REQUIRE(world.IsThere());
  REQUIRE(world.steps_aside == 1);
  REQUIRE(world.looks == 0);  // no doubt
  world.PassSeconds(60);
  REQUIRE(world.steps_aside == 1);
}

TEST_CASE("a lease that may have ended unheard is looked for and the entry with it") {
  const bool lives = GENERATE(true, false);
  EtcdRegistration machine({.key = "s/a:1"});
  TimePoint now{std::chrono::hours(1)};
  (void)machine.Start(now);
  (void)machine.Granted(now, EtcdLease{7, 9 * kSecond});
  (void)machine.Put(now, 7, std::int64_t{3});
  REQUIRE(machine.sure()->until == now + 9 * kSecond);
  now += 9 * kSecond;  // this process was stopped
  (void)machine.Tick(now);
  REQUIRE_FALSE(machine.sure());
  now = machine.wake();
  REQUIRE(machine.Tick(now) == EtcdRegistration::Actions{{Do::kGrant}});
  REQUIRE(machine.Granted(now, EtcdLease{8, 9 * kSecond}) ==
          EtcdRegistration::Actions{{Do::kLook, 8}});
  REQUIRE(machine.Looked(now, Fail(Code::kUnavailable, "no")).empty());
  now = machine.wake();
  REQUIRE(machine.Tick(now) == EtcdRegistration::Actions{{Do::kLook, 8}});
  if (lives) {
    REQUIRE(machine.Looked(now, true) == EtcdRegistration::Actions{{Do::kPut, 8}});
    return;
  }
  const bool missed = GENERATE(true, false);
  REQUIRE(machine.Looked(now, false) == EtcdRegistration::Actions{{Do::kAskPeers}});
  const EtcdRegistration::Actions then =
      missed ? EtcdRegistration::Actions{{Do::kStepAside}, {Do::kPut, 8}}
             : EtcdRegistration::Actions{{Do::kPut, 8}};
  REQUIRE(machine.Asked(now, missed) == then);
}

TEST_CASE("an answer that lay unread while the process was stopped makes nobody sure") {
  EtcdRegistration machine({.key = "s/a:1"});
  TimePoint now{std::chrono::hours(1)};
  (void)machine.Start(now);
  (void)machine.Granted(now, EtcdLease{7, 9 * kSecond});
  (void)machine.Put(now, 7, std::int64_t{3});
  now += 3 * kSecond;
  const TimePoint asked = now;
  REQUIRE(machine.Tick(now) == EtcdRegistration::Actions{{Do::kOpenStream, 7}});
  now += 8 * kSecond;
  REQUIRE(machine.KeptAlive(now, {7, 9 * kSecond}).empty());
  REQUIRE(machine.sure() == EtcdRegistration::Sure{asked, asked + 9 * kSecond});
}

TEST_CASE("whoever deletes an entry again and again makes it come back ever more slowly") {
  EtcdWorld world;
  world.PassSeconds(10);
  for (int i = 0; i < 2000; ++i) {
    world.etcd.Delete(EtcdWorld::kOwnKey);
    world.Pass(std::chrono::milliseconds(10));
  }
  REQUIRE(world.puts < 30);  // in 20 s
  world.PassSeconds(3);
  REQUIRE(world.IsThere());
  REQUIRE(world.grants.size() == 1);
}

TEST_CASE("a stream that breaks is opened again and the lease lives on") {
  EtcdWorld world;
  for (int i = 0; i < 10; ++i) {
    world.PassSeconds(10);
    world.BreakStream();
  }
  world.PassSeconds(60);
  REQUIRE(world.grants.size() == 1);
  REQUIRE(world.IsThere());
  REQUIRE(world.said.size() == 1);  // no word about it
}

TEST_CASE("a stream that is silent is opened again and then the lease is given up") {
  EtcdWorld world;
  world.PassSeconds(10);
  world.answers_lost = true;
  const std::size_t sent = world.keepalives.size();
  world.Pass(EtcdWorld::kTtl - kSecond);
  REQUIRE(world.grants.size() == 1);
  REQUIRE(world.keepalives.size() >= sent + 2);
  world.PassSeconds(60);
  REQUIRE(world.grants.size() > 2);  // each is as deaf as the one before
  REQUIRE(world.grants.size() < 10);
  world.answers_lost = false;
  world.PassSeconds(10);
  const std::size_t grants = world.grants.size();
  world.PassSeconds(60);
  REQUIRE(world.grants.size() == grants);
  REQUIRE(world.IsThere());
}

TEST_CASE("an etcd that is away for a minute finds the node again when it is back") {
  EtcdWorld world;
  world.PassSeconds(10);
  world.GoDown();
  world.PassSeconds(60);
  REQUIRE(world.grants.size() > 20);  // tries, with a pause of two seconds at most
  REQUIRE(world.grants.size() < 100);
  REQUIRE(world.Lines("; trying again") <= 1);
  world.etcd.ComeBack();
  world.PassSeconds(3);
  REQUIRE(world.registration.registered());
  REQUIRE(world.IsThere());
  const std::size_t lines = world.said.size();
  world.PassSeconds(60);  // its old lease ends, and takes nothing along
  REQUIRE(world.IsThere());
  REQUIRE(world.etcd.leases().size() == 1);
  REQUIRE(world.said.size() == lines);
  REQUIRE(world.steps_aside == 0);  // etcd kept the entry: nobody missed this node
}

TEST_CASE("an etcd that hangs is given up and found again") {
  EtcdWorld world;
  world.PassSeconds(10);
  world.etcd.GoDown(/*hangs=*/true);
  world.PassSeconds(60);
  world.etcd.ComeBack();
  world.PassSeconds(6);  // a call's deadline, and a pause
  REQUIRE(world.IsThere());
  REQUIRE(world.registration.registered());
}

TEST_CASE("an etcd that lost its data is told anew") {
  EtcdWorld world;
  world.PassSeconds(10);
  world.etcd.LoseEverything();
  world.Pass(EtcdWorld::kTtl / 3 + kSecond);
  REQUIRE(world.IsThere());
}

TEST_CASE("a node that leaves gives its lease back and does nothing more") {
  EtcdWorld world;
  world.PassSeconds(10);
  world.Leave();
  world.Pass(kSecond);
  REQUIRE(world.registration.gone());
  REQUIRE_FALSE(world.IsThere());
  REQUIRE(world.etcd.leases().empty());
  const std::size_t sent = world.keepalives.size();
  world.PassSeconds(60);
  REQUIRE(world.keepalives.size() == sent);
  REQUIRE(world.grants.size() == 1);
}

TEST_CASE("a node that leaves before it was ever registered owes nothing") {
  EtcdWorld world;  // the grant is under way
  world.Leave();
  REQUIRE_FALSE(world.registration.gone());
  world.Pass(kSecond);
  REQUIRE(world.registration.gone());
  REQUIRE(world.etcd.leases().empty());
  REQUIRE(world.puts == 0);
}

TEST_CASE("a node that leaves while etcd is away says that the others will learn it late") {
  EtcdWorld world;
  world.PassSeconds(10);
  world.GoDown();
  world.PassSeconds(1);
  world.Leave();
  world.PassSeconds(5);
  REQUIRE(world.registration.gone());
  REQUIRE(world.Lines("the others learn it when the lease ends, within 9.00 s") == 1);
}

TEST_CASE("a lease is given back to the next member when one does not answer") {
  using Actions = EtcdRegistration::Actions;
  for (const Code code : {Code::kUnavailable, Code::kDeadlineExceeded, Code::kPermissionDenied}) {
    EtcdRegistration machine({.key = "s/a:1", .members = 3});
    const TimePoint now{std::chrono::hours(1)};
    (void)machine.Start(now);
    (void)machine.Granted(now, EtcdLease{7, 9 * kSecond});
    REQUIRE(machine.Leave(now) == Actions{{Do::kRevoke, 7}});
    const bool silent = code != Code::kPermissionDenied;
    const Actions again = silent ? Actions{{Do::kRevoke, 7}} : Actions{};
    REQUIRE(machine.Revoked(now, Fail(code, "h:1: no")) == again);
    REQUIRE(machine.gone() != silent);
    REQUIRE(machine.TakeLines().empty() == silent);
    if (!silent) continue;
    REQUIRE(machine.Revoked(now, Fail(code, "h:2: no")) == again);
    REQUIRE(machine.Revoked(now, Fail(code, "h:3: no")).empty());  // each was asked once
    REQUIRE(machine.gone());
    REQUIRE(machine.TakeLines().size() == 1);
  }
}

TEST_CASE("what was answered for a lease of before is not taken for this one") {
  EtcdRegistration machine({.key = "s/a:1"});
  TimePoint now{std::chrono::hours(1)};
  REQUIRE(machine.Start(now) == EtcdRegistration::Actions{{Do::kGrant}});
  REQUIRE(machine.Granted(now, EtcdLease{7, 9 * kSecond}) ==
          EtcdRegistration::Actions{{Do::kPut, 7}});
  now += 9 * kSecond;  // nobody answered
  REQUIRE(machine.Tick(now).empty());
  REQUIRE_FALSE(machine.registered());
  now = machine.wake();
  REQUIRE(machine.Tick(now) == EtcdRegistration::Actions{{Do::kGrant}});
  REQUIRE(machine.Granted(now, EtcdLease{8, 9 * kSecond}) ==
          EtcdRegistration::Actions{{Do::kPut, 8}});
  REQUIRE(machine.Put(now, 7, std::int64_t{3}).empty());
  REQUIRE_FALSE(machine.registered());
  REQUIRE(machine.KeptAlive(now, {7, Duration::zero()}).empty());
  REQUIRE(machine.Put(now, 8, std::int64_t{4}).empty());
  REQUIRE(machine.registered());
  // News from before the put say nothing of what it wrote.
  REQUIRE(machine.EntryGone(now, 3).empty());
  REQUIRE(machine.registered());
}

TEST_CASE("a lease of no time and one that a put does not find are asked for again") {
  EtcdRegistration machine({.key = "s/a:1"});
  TimePoint now{std::chrono::hours(1)};
  (void)machine.Start(now);
  REQUIRE(machine.Granted(now, EtcdLease{7, Duration::zero()}).empty());
  now = machine.wake();
  REQUIRE(machine.Tick(now) == EtcdRegistration::Actions{{Do::kGrant}});
  (void)machine.Granted(now, EtcdLease{8, 9 * kSecond});
  REQUIRE(machine.Put(now, 8, Fail(Code::kNotFound, "requested lease not found")).empty());
  now = machine.wake();
  REQUIRE(machine.Tick(now) == EtcdRegistration::Actions{{Do::kGrant}});
}

}  // namespace
}  // namespace ringlab
