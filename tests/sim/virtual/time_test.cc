#include "sim/virtual/time.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

VirtualHost HostOf(std::uint32_t id, std::string name) {
  VirtualHost host;
  host.id = id;
  host.name = std::move(name);
  return host;
}

struct TimeWorld {
  VirtualTime time;
  VirtualHost a = HostOf(1, "a");
  VirtualHost b = HostOf(2, "b");
  std::string ran;

  Task Say(std::string what) {
    return [this, what = std::move(what)] { ran += what; };
  }
};

TEST_CASE("events run at their time, equal times in the order of asking") {
  TimeWorld w;
  const TimePoint start = w.time.Now();
  w.time.At(start + milliseconds(2), w.a, w.Say("3"));
  w.time.At(start + milliseconds(1), w.b, w.Say("1"));
  w.time.At(start + milliseconds(1), w.a, w.Say("2"));
  w.time.At(start - milliseconds(1), w.a, w.Say("0"));  // has passed: now
  w.time.At(kNever, w.a, w.Say("never"));
  w.time.RunUntil(start + milliseconds(1));
  REQUIRE(w.ran == "012");
  REQUIRE(w.time.Now() == start + milliseconds(1));
  w.time.RunUntil(start + seconds(1));
  REQUIRE(w.ran == "0123");
  REQUIRE(w.time.events() == 4);
  REQUIRE(w.time.pending() == 0);
}

TEST_CASE("what an event asks for runs after it, even when it is due") {
  TimeWorld w;
  w.time.At(w.time.Now(), w.a, [&w] {
    w.time.At(w.time.Now(), w.a, w.Say("inner"));
    w.ran += "outer ";
  });
  w.time.RunUntil(w.time.Now());
  REQUIRE(w.ran == "outer inner");
}

TEST_CASE("whoever is called knows whose code runs") {
  TimeWorld w;
  REQUIRE(w.time.current() == nullptr);
  w.time.At(w.time.Now(), w.a, [&w] {
    w.ran += w.time.current()->name;
    w.time.As(w.b, [&w] { w.ran += w.time.current()->name; });
    w.ran += w.time.current()->name;
  });
  w.time.RunUntil(w.time.Now());
  REQUIRE(w.ran == "aba");
  REQUIRE(w.time.current() == nullptr);
}

TEST_CASE("a frozen host runs what was due when it goes on, in its order, and others are free") {
  TimeWorld w;
  const TimePoint start = w.time.Now();
  w.time.Freeze(w.a);
  w.time.At(start + milliseconds(2), w.a, w.Say("2"));
  w.time.At(start + milliseconds(1), w.a, w.Say("1"));
  w.time.At(start + milliseconds(3), w.b, w.Say("b"));
  w.time.RunUntil(start + milliseconds(5));
  REQUIRE(w.ran == "b");
  w.time.At(start + milliseconds(5), w.a, w.Say("3"));
  w.time.Freeze(w.a);
  w.time.Thaw(w.a);  // as many as there were
  w.time.RunUntil(start + milliseconds(5));
  REQUIRE(w.ran == "b");
  w.time.Thaw(w.a);
  w.time.RunUntil(start + milliseconds(5));
  REQUIRE(w.ran == "b123");
}

TEST_CASE("a lane that ends takes its tasks along, frozen ones too, and no others") {
  TimeWorld w;
  HostTimer timer(w.time, w.a);
  const TimePoint start = w.time.Now();
  {
    TimerLane lane(timer);
    lane.RunAt(start + milliseconds(1), w.Say("dropped"));
    timer.RunAt(start + milliseconds(1), w.Say("kept "));
    w.time.Freeze(w.a);
    lane.RunAt(start, w.Say("dropped"));
    w.time.RunUntil(start);
    lane.Drop();
    lane.RunAt(start, w.Say("too late"));
  }
  w.time.Thaw(w.a);
  w.time.RunUntil(start + seconds(1));
  REQUIRE(w.ran == "kept ");
}

TEST_CASE("a dropped task ends, and what it asks for at its end is kept") {
  TimeWorld w;
  struct AsksAtItsEnd {
    TimeWorld* world;
    explicit AsksAtItsEnd(TimeWorld& w) : world(&w) {}
    AsksAtItsEnd(AsksAtItsEnd&& other) noexcept : world(std::exchange(other.world, nullptr)) {}
    ~AsksAtItsEnd() {
      if (world != nullptr) world->time.At(world->time.Now(), world->a, world->Say("end"));
    }
  };
  HostTimer timer(w.time, w.a);
  TimerLane lane(timer);
  lane.RunAt(w.time.Now() + seconds(1), [end = AsksAtItsEnd(w)] {});
  lane.Drop();
  w.time.RunUntil(w.time.Now());
  REQUIRE(w.ran == "end");
}

TEST_CASE("the hash is of every event: its time, its host, and what was noted") {
  const auto hash_of = [](Duration when, bool on_b, std::uint64_t noted) {
    TimeWorld w;
    w.time.At(w.time.Now() + when, on_b ? w.b : w.a, [&w, noted] { w.time.Note(noted); });
    w.time.RunUntil(w.time.Now() + seconds(1));
    return w.time.hash();
  };
  const std::uint64_t one = hash_of(milliseconds(1), false, 7);
  REQUIRE(one == hash_of(milliseconds(1), false, 7));
  REQUIRE(one != hash_of(milliseconds(2), false, 7));
  REQUIRE(one != hash_of(milliseconds(1), true, 7));
  REQUIRE(one != hash_of(milliseconds(1), false, 8));
}

}  // namespace
}  // namespace ringlab
