#include "node/h2/loop/poller.h"

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <semaphore>

#include "tests/node/h2/loop/loops.h"

namespace ringlab {
namespace {

using std::chrono::hours;

TEST_CASE("a watcher is told as long as there is something to read, and who is forgotten is not") {
  const auto loop = StartLoop();
  std::array<SocketPair, 2> pairs;
  struct Reader final : Watcher {
    void OnReady(Ready ready) override {
      ready_for = ready;
      if (++times == 1 && other != nullptr) loop->poller().Forget(other->mine.get());
      if (times == 3) loop->poller().Forget(pair->mine.get());
      told.release();
    }
    EventLoop* loop = nullptr;
    SocketPair* pair = nullptr;
    SocketPair* other = nullptr;  // whom it forgets at once
    Ready ready_for;
    int times = 0;
    std::counting_semaphore<> told{0};
  };
  std::array<Reader, 2> readers;
  On(*loop, [&] {
    for (std::size_t i = 0; i < 2; ++i) {
      pairs[i].Send("x");
      readers[i].loop = loop.get();
      readers[i].pair = &pairs[i];
      REQUIRE(loop->poller().Watch(pairs[i].mine.get(), {.read = true}, readers[i]));
    }
    // Both are ready at once; the first to be told forgets the second.
    readers[0].other = &pairs[1];
  });
  for (int i = 0; i < 3; ++i) readers[0].told.acquire();
  On(*loop, [] {});
  REQUIRE(readers[0].times == 3);
  REQUIRE(readers[1].times <= 1);
  REQUIRE(readers[0].ready_for == Ready{.read = true});
}

TEST_CASE("a descriptor's next owner is not told of what its last one was ready for") {
  const auto loop = StartLoop();
  SocketPair first;
  SocketPair second;
  struct Reader final : Watcher {
    void OnReady(Ready) override { ++times; }
    int times = 0;
  } old_owner, new_owner;
  On(*loop, [&] {
    Poller& poller = loop->poller();
    REQUIRE(poller.Watch(first.mine.get(), {.read = true}, old_owner));
    first.Send("x");
    poller.Wait(hours(1));  // fetched, not told yet
    poller.Forget(first.mine.get());
    dup2(second.mine.get(), first.mine.get());
    REQUIRE(poller.Watch(first.mine.get(), {.read = true}, new_owner));
    poller.Tell();
    REQUIRE(old_owner.times == 0);
    REQUIRE(new_owner.times == 0);
    poller.Forget(first.mine.get());
  });
}

TEST_CASE("tasks that ask for themselves again for ever keep no socket waiting") {
  const auto loop = StartLoop();
  SocketPair pair;
  struct Reader final : Watcher {
    void OnReady(Ready) override { told.release(); }
    std::binary_semaphore told{0};
  } reader;
  auto again = std::make_shared<Function<void()>>();
  std::atomic<bool> over{false};
  *again = [&, weak = std::weak_ptr(again)] {
    const auto self = weak.lock();
    if (!over && self) loop->RunAt(loop->Now(), [self] { (*self)(); });
  };
  On(*loop, [&] { (*again)(); });
  On(*loop, [&] { REQUIRE(loop->poller().Watch(pair.mine.get(), {.read = true}, reader)); });
  pair.Send("x");
  reader.told.acquire();
  over = true;
  On(*loop, [&] { loop->poller().Forget(pair.mine.get()); });
}

}  // namespace
}  // namespace ringlab
