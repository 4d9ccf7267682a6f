// The times of an answer: what they say of a load, and of who joined it.
#include "node/wire/answer_times.h"

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

using std::chrono::microseconds;

GetReply ReplyOf(Level level, AnswerTimes times = {}) {
  return {.value = Value::Copy("v"), .level = level, .times = times};
}

double PartsOf(const AnswerTimes& times) {
  return static_cast<double>(times.queue) + times.hop + times.source;
}

TEST_CASE("a hit was queued and at work, and waited for nothing") {
  const AnswerTimes times = TimesOf(ReplyOf(Level::kCache), microseconds(10), microseconds(4));
  CHECK(times == AnswerTimes{.took = 10'000, .queue = 4000});
}

TEST_CASE("what the load waited for is told, the owner's queue with one's own") {
  const AnswerTimes of_load{.queue = 1000, .hop = 300'000, .source = 5'000'000};
  const AnswerTimes times =
      TimesOf(ReplyOf(Level::kPeer, of_load), microseconds(6000), microseconds(20));
  CHECK(times.took == 6e6F);
  CHECK(times.queue == 21'000);
  CHECK(times.hop == 300'000);
  CHECK(times.source == 5e6F);
}

TEST_CASE("who joined a load late waited for a part of it") {
  const AnswerTimes of_load{.hop = 1e6F, .source = 3e6F};
  const AnswerTimes times =
      TimesOf(ReplyOf(Level::kPeer, of_load), microseconds(400), microseconds(0));
  CHECK(times.hop == Approx(1e5));
  CHECK(times.source == Approx(3e5));
}

TEST_CASE("of a load that nobody timed the level says what was waited for") {
  CHECK(TimesOf(ReplyOf(Level::kSource), microseconds(90), microseconds(40)) ==
        AnswerTimes{.took = 90'000, .queue = 40'000, .source = 50'000});
  CHECK(TimesOf(ReplyOf(Level::kPeer), microseconds(90), microseconds(40)) ==
        AnswerTimes{.took = 90'000, .queue = 40'000, .hop = 50'000});
}

TEST_CASE("whatever is told, the parts are within the whole") {
  for (const float part : {0.0F, 1.0F, 1e3F, 1e9F, 9e18F}) {
    for (const int took : {-5, 0, 1, 1000, 1'000'000'000}) {
      for (const int queue : {-5, 0, 7, 2'000'000'000}) {
        for (const Level level : {Level::kCache, Level::kPeer, Level::kSource}) {
          const AnswerTimes of_load{.queue = part / 2, .hop = part, .source = 3 * part};
          const AnswerTimes times =
              TimesOf(ReplyOf(level, of_load), Duration(took), Duration(queue));
          REQUIRE(times.took > 0);
          REQUIRE(times.queue >= 0);
          REQUIRE(times.hop >= 0);
          REQUIRE(times.source >= 0);
          REQUIRE(PartsOf(times) <= times.took * 1.000'01);
        }
      }
    }
  }
}

}  // namespace
}  // namespace ringlab
