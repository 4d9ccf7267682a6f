// Readers of a run's board: who waits, who is waited for.
#include "loadgen/live/board.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const TimePoint kStart{seconds(1000)};

// What a reader was handed, in order.
struct Reader {
  std::vector<LiveBoard::Event> events;

  LiveBoard::Taker Takes() {
    return [this](const LiveBoard::Event& event) { events.push_back(event); };
  }
};

TEST_CASE("a reader gets the newest event at once, and waits for the one after it") {
  Reader reader;
  LiveBoard board;
  board.Publish("one", false);
  board.Publish("two", false);
  board.TakeEvent(0, kStart, reader.Takes());
  REQUIRE(reader.events.size() == 1);
  CHECK(reader.events[0].number == 2);
  CHECK(reader.events[0].data == "two");
  board.TakeEvent(2, kStart, reader.Takes());
  REQUIRE(reader.events.size() == 1);
  board.Publish("three", true);
  REQUIRE(reader.events.size() == 2);
  CHECK(reader.events[1].number == 3);
  CHECK(reader.events[1].last);
}

TEST_CASE("who waits when the board goes, or with too many others, is told of nothing") {
  Reader reader;
  {
    LiveBoard board;
    for (std::size_t i = 0; i < LiveBoard::kWaitersMax; ++i) {
      board.TakeEvent(0, kStart, reader.Takes());
    }
    REQUIRE(reader.events.empty());
    board.TakeEvent(0, kStart, reader.Takes());
    REQUIRE(reader.events.size() == 1);
    CHECK(reader.events[0].number == 0);
  }
  CHECK(reader.events.size() == LiveBoard::kWaitersMax + 1);
}

TEST_CASE("events are worth making while somebody asks for them") {
  Reader reader;
  LiveBoard board;
  CHECK_FALSE(board.IsFollowed(kStart));
  board.Publish("one", false);
  board.TakeEvent(0, kStart, reader.Takes());
  CHECK(board.IsFollowed(kStart + seconds(4)));
  CHECK_FALSE(board.IsFollowed(kStart + seconds(6)));
  board.TakeEvent(1, kStart + seconds(6), reader.Takes());
  CHECK(board.IsFollowed(kStart + seconds(60)));  // it waits
}

TEST_CASE("a scraper that comes regularly is waited for until it has the last figures") {
  LiveBoard board;
  board.SetMetrics("1", false);
  for (int i = 0; i < 3; ++i) CHECK(board.TakeMetrics(kStart + i * seconds(5)) == "1");
  const TimePoint over = kStart + seconds(12);  // two seconds after the last visit
  board.SetMetrics("2", true);
  CHECK(board.IsAwaited(over, over));
  CHECK(board.IsAwaited(over, over + seconds(7)));
  CHECK_FALSE(board.IsAwaited(over, over + seconds(9)));  // it has missed two visits
  CHECK(board.TakeMetrics(over + seconds(3)) == "2");
  CHECK_FALSE(board.IsAwaited(over, over + seconds(4)));
}

TEST_CASE("who came once, or hardly ever, is not waited for, or not for long") {
  LiveBoard board;
  board.TakeMetrics(kStart);
  CHECK_FALSE(board.IsAwaited(kStart, kStart + milliseconds(1)));
  board.TakeMetrics(kStart + std::chrono::hours(1));
  const TimePoint over = kStart + std::chrono::hours(1) + seconds(1);
  CHECK(board.IsAwaited(over, over + seconds(59)));
  CHECK_FALSE(board.IsAwaited(over, over + seconds(61)));
}

TEST_CASE("a scraper that stopped coming before the end is not waited for") {
  LiveBoard board;
  for (int i = 0; i < 3; ++i) board.TakeMetrics(kStart + i * seconds(15));
  const TimePoint over = kStart + std::chrono::minutes(10);
  board.SetMetrics("2", true);
  CHECK_FALSE(board.IsAwaited(over, over));
}

TEST_CASE("every reader is answered once, whenever the run and it meet on the board") {
  std::atomic<std::size_t> answered{0};
  {
    LiveBoard board;
    const std::jthread run([&board] {
      for (int i = 0; i < 1000; ++i) board.Publish(std::to_string(i), i == 999);
    });
    for (std::uint64_t i = 0; i < 1000; ++i) {
      board.TakeEvent(i, kStart, [&answered](const LiveBoard::Event&) { ++answered; });
    }
  }
  CHECK(answered == 1000);
}

}  // namespace
}  // namespace ringlab
