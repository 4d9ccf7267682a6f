// How a node follows its cluster through etcd, in virtual time.
#include <catch2/catch.hpp>

#include "tests/node/etcd/etcd_world.h"

namespace ringlab {
namespace {

using Names = std::vector<std::string>;
using WatcherDo = EtcdWatcher::Do;

TEST_CASE("members that come and go are seen and a burst of them is delivered once") {
  EtcdWorld world;
  world.PassSeconds(1);
  REQUIRE(world.members() == Names{"a:1"});
  const int before = world.deliveries;
  for (int i = 0; i < 20; ++i) world.PutOther("b:" + std::to_string(10 + i));
  world.PassSeconds(1);
  REQUIRE(world.members().size() == 21);
  REQUIRE(world.deliveries == before + 1);
  world.etcd.Delete("s/b:10");
  world.Pass(std::chrono::milliseconds(100));
  REQUIRE(world.members().size() == 20);
  REQUIRE(world.deliveries == before + 2);
  world.PassSeconds(600);
  REQUIRE(world.lists == 1);
}

TEST_CASE("what happened while the watch was cut is not missed") {
  EtcdWorld world;
  world.PutOther("b:1");
  world.PassSeconds(1);
  world.etcd.Break();
  world.etcd.Delete("s/b:1");
  world.PutOther("c:1");
  world.etcd.Compact();
  world.PassSeconds(1);
  REQUIRE(world.members() == Names{"a:1", "c:1"});
  REQUIRE(world.etcd.watched());
}

TEST_CASE("a watch from a revision that is compacted is begun anew from a listing") {
  EtcdWatcher machine({.prefix = "s/"});
  TimePoint now{std::chrono::hours(1)};
  REQUIRE(machine.Start(now) == EtcdWatcher::Actions{{WatcherDo::kList}});
  REQUIRE(machine.Listed(now, EtcdListing{.revision = 5, .entries = {}}) ==
          EtcdWatcher::Actions{{WatcherDo::kWatch, 6}});
  EtcdNotice compacted;
  compacted.canceled = true;
  compacted.compact_revision = 10;
  REQUIRE(machine.Noticed(now, compacted) == EtcdWatcher::Actions{{WatcherDo::kCloseWatch}});
  REQUIRE(machine.state().last_error == "watching: revision 6 is compacted");
  while (machine.Tick(now) != EtcdWatcher::Actions{{WatcherDo::kList}}) now = machine.wake();
  REQUIRE(machine.Listed(now, EtcdListing{.revision = 12, .entries = {}}) ==
          EtcdWatcher::Actions{{WatcherDo::kWatch, 13}});
  REQUIRE(machine.state().last_error.empty());
}

TEST_CASE("a watch that etcd refuses again and again is asked for with pauses and told once") {
  EtcdWatcher machine({.prefix = "s/"});
  TimePoint now{std::chrono::hours(1)};
  const TimePoint end = now + std::chrono::seconds(60);
  EtcdNotice refused;
  refused.created = true;
  refused.canceled = true;
  refused.cancel_reason = "permission denied\n";
  int lists = 0;
  int told = 0;
  for (auto actions = machine.Start(now); now < end; actions = machine.Tick(now)) {
    for (const auto& action : actions) {
      if (action.what != WatcherDo::kList) continue;
      ++lists;
      (void)machine.Listed(now, EtcdListing{.revision = 5, .entries = {}});
      (void)machine.Noticed(now, refused);
    }
    for (const Said& line : machine.TakeLines()) {
      told += line.text == "etcd: watching: etcd refuses it: permission denied\\x0a; listing again";
    }
    now = std::max(now, machine.wake());
  }
  REQUIRE(lists > 10);
  REQUIRE(lists < 80);
  REQUIRE(told == 1);
}

TEST_CASE("a watch that is never created is closed and begun anew") {
  EtcdWatcher machine({.prefix = "s/"});
  TimePoint now{std::chrono::hours(1)};
  (void)machine.Start(now);
  (void)machine.Listed(now, EtcdListing{.revision = 5, .entries = {}});
  bool closed = false;
  for (int i = 0; i < 10 && !closed; ++i) {
    now = machine.wake();
    closed = machine.Tick(now) == EtcdWatcher::Actions{{WatcherDo::kCloseWatch}};
  }
  REQUIRE(closed);
  REQUIRE(machine.state().last_error == "watching: no answer");
  REQUIRE(machine.state().stale_since == now);
}

TEST_CASE("while etcd is away the last members stand and are marked as stale") {
  EtcdWorld world;
  world.PutOther("b:1");
  world.PassSeconds(10);
  REQUIRE_FALSE(world.watcher.state().stale_since);
  world.GoDown();
  const TimePoint since = world.time.Now();
  world.PassSeconds(60);
  const MembershipState away = world.watcher.state();
  REQUIRE(away.members.size() == 2);
  REQUIRE(away.stale_since);
  REQUIRE(*away.stale_since - since < std::chrono::seconds(1));
  REQUIRE(away.last_error == "etcd is away");
  REQUIRE(world.Lines("going on with the last ring") == 1);
  world.etcd.ComeBack();
  world.PassSeconds(3);
  REQUIRE_FALSE(world.watcher.state().stale_since);
  REQUIRE(world.watcher.state().last_error.empty());
  REQUIRE(world.members() == Names{"a:1", "b:1"});
  REQUIRE(world.Lines("it answers, after") == 1);
}

TEST_CASE("an etcd that is back without its data does not empty the ring") {
  EtcdWorld world;
  world.PutOther("b:1");
  world.PutOther("c:1");
  world.PassSeconds(10);
  world.GoDown();
  world.PassSeconds(60);
  world.etcd.LoseEverything();
  world.etcd.ComeBack();
  world.PassSeconds(3);
  REQUIRE(world.members() == Names{"a:1", "b:1", "c:1"});
  world.PutOther("b:1");  // b is there again, c died meanwhile
  world.Pass(EtcdWorld::kTtl + std::chrono::seconds(1));
  REQUIRE(world.members() == Names{"a:1", "b:1"});
  world.Pass(10 * EtcdWorld::kTtl);
  REQUIRE(world.members() == Names{"a:1", "b:1"});
}

TEST_CASE("leases that ended while nobody could reach etcd do not empty the ring") {
  EtcdWorld world;
  world.PutOther("b:1");
  world.PassSeconds(10);
  world.GoDown();
  world.etcd.Delete("s/b:1");  // as the end of its lease does
  world.PassSeconds(6);        // more than half of a time to live
  world.etcd.ComeBack();
  world.PassSeconds(3);
  REQUIRE(world.members() == Names{"a:1", "b:1"});
  world.Pass(EtcdWorld::kTtl);  // it did not register again
  REQUIRE(world.members() == Names{"a:1"});
}

TEST_CASE("an etcd that is not there at the start is waited for and told of once") {
  EtcdWatcher machine({.prefix = "s/"});
  std::vector<Said> lines;
  TimePoint now{std::chrono::hours(1)};
  (void)machine.Start(now);
  for (int i = 0; i < 100; ++i) {
    REQUIRE(machine.Listed(now, Fail(Code::kUnavailable, "h:1: no")).empty());
    for (Said& line : machine.TakeLines()) lines.push_back(std::move(line));
    REQUIRE(machine.wake() - now <= std::chrono::seconds(2));
    now = machine.wake();
    REQUIRE(machine.Tick(now) == EtcdWatcher::Actions{{WatcherDo::kList}});
  }
  REQUIRE(lines == std::vector<Said>{{true, "etcd: h:1: no; waiting for it to join"}});
  REQUIRE_FALSE(machine.listed());
}

TEST_CASE("rubbish that comes shortly after some that was told is told as well and later") {
  EtcdWorld world;
  world.PassSeconds(1);
  REQUIRE(world.etcd.Put("s/x", "first", 0));
  world.PassSeconds(1);
  REQUIRE(world.Lines(R"(key "s/x": "first")") == 1);
  REQUIRE(world.etcd.Put("s/y", "second", 0));
  world.PassSeconds(5);
  REQUIRE(world.Lines(R"(key "s/y": "second")") == 0);  // seldom
  world.PassSeconds(10);
  REQUIRE(world.Lines(R"(key "s/y": "second")") == 1);
  REQUIRE(world.etcd.Put("s/x", "third", 0));
  world.PassSeconds(10);
  REQUIRE(world.Lines(R"(key "s/x": "third")") == 1);
  world.PassSeconds(600);
  REQUIRE(world.Lines("left out") == 3);
}

TEST_CASE("two nodes with one name are told of once for each change") {
  EtcdWorld world;
  const auto put = [&](const std::string& name, const std::string& address) {
    REQUIRE(world.etcd.Put("s/" + address, EtcdValueOf({name, address}), 0));
  };
  put("n0", "b:1");
  world.PassSeconds(1);
  REQUIRE(world.Lines("two nodes") == 0);
  put("n0", "b:2");
  world.PassSeconds(60);
  REQUIRE(
      world.Lines("etcd: two nodes are called \"n0\": b:1 and b:2; only the younger one, b:2, is "
                  "on the ring; if both live, start one of them with another --name") == 1);
  put("a:1", "b:3");  // as this node is called, and younger
  world.PassSeconds(60);
  REQUIRE(
      world.Lines("two nodes are called \"a:1\": this one at a:1 and b:3; only the younger one, "
                  "b:3, is on the others' rings; if both live") == 1);
  REQUIRE(world.Lines("two nodes") == 2);
  world.etcd.Delete("s/b:1");
  world.PassSeconds(20);
  put("n0", "b:1");
  world.PassSeconds(20);
  REQUIRE(world.Lines("\"n0\": b:2 and b:1; only the younger one, b:1, is on the ring") == 1);
  for (int i = 0; i < 100; ++i) {
    put("n0", "c:" + std::to_string(i + 1));
    world.Pass(std::chrono::milliseconds(100));
  }
  world.PassSeconds(60);
  REQUIRE(world.Lines("two nodes") <= 12);  // seldom, and few at a time
  REQUIRE(world.Lines("more nodes have the name of another") >= 1);
}

TEST_CASE("what others have written is cut and escaped before it is told") {
  EtcdWorld world;
  world.PassSeconds(1);
  const std::string much(3000, 'x');
  REQUIRE(world.etcd.Put("s/" + much, "\x1b[31m \"; all is well" + much, 0));
  REQUIRE(world.etcd.Put("s/y", R"({"Addr":"a:1","Metadata":"name=a b"})" + much, 0));
  world.PassSeconds(1);
  REQUIRE(world.Lines(R"("\x1b[31m \"; all is well)") == 1);
  REQUIRE(world.Lines("left out") == 1);
  REQUIRE(world.said.back().text.size() < 500);
}

TEST_CASE("rubbish under the prefix is left out and told of seldom and in one line") {
  EtcdWorld world;
  world.PassSeconds(1);
  REQUIRE(world.etcd.Put("s/x", "no address\n", 0));
  REQUIRE(world.etcd.Put("s/y\x01", R"({"Addr":7})", 0));
  world.PassSeconds(1);
  REQUIRE(world.members() == Names{"a:1"});
  REQUIRE(world.watcher.state().left_out == 2);
  REQUIRE(world.Lines(R"(under "s/" 2 entries are left out: key "s/x": "no address")") == 1);
  REQUIRE(world.Lines(R"(key "s/y\x01": an object without a string "Addr")") == 1);
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(world.etcd.Put("s/x", std::string(1, static_cast<char>(i)), 0));
    world.Pass(std::chrono::milliseconds(10));
  }
  REQUIRE(world.Lines("left out") <= 3);
  world.etcd.Delete("s/x");
  world.etcd.Delete("s/y\x01");
  world.PassSeconds(1);
  REQUIRE(world.watcher.state().left_out == 0);
}

}  // namespace
}  // namespace ringlab
