// Time and number: buckets, deadlines, patience, the slab, and memory.
#include <rapidcheck.h>
#include <sys/uio.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "node/h2/frames/counters.h"
#include "node/h2/frames/deadlines.h"
#include "node/h2/frames/frame_walk.h"
#include "node/h2/frames/guard.h"
#include "node/h2/frames/memory.h"
#include "node/h2/frames/out_chain.h"
#include "node/h2/frames/patience.h"
#include "node/h2/frames/slab.h"
#include "tests/node/h2/bytes.h"
#include "tests/node/h2/frames.h"

using namespace ringlab;  // NOLINT(google-build-using-namespace): a test
using namespace std::chrono_literals;

namespace {

struct Item {
  CallId id;
  int value = 0;
  void Reset() { value = 0; }
};

}  // namespace

TEST_CASE("h2 bucket: a burst, then a rate") {
  TokenBucket bucket({.burst = 3, .per_second = 2});
  for (int i = 0; i < 3; ++i) CHECK(bucket.Take(kStart));
  CHECK_FALSE(bucket.Take(kStart + 499ms));
  CHECK(bucket.Take(kStart + 500ms));
  CHECK_FALSE(bucket.Take(kStart + 500ms));
  bucket.Give(1);
  CHECK(bucket.Take(kStart + 500ms));
  bucket.Give(1000);  // no more than it holds
  for (int i = 0; i < 3; ++i) CHECK(bucket.Take(kStart + 500ms));
  CHECK_FALSE(bucket.Take(kStart + 500ms));
  for (int i = 0; i < 3; ++i) CHECK(bucket.Take(kStart + 1h));
  CHECK_FALSE(bucket.Take(kStart + 1h));
}

TEST_CASE("h2 deadlines: due in order, those that ended are skipped") {
  Deadlines deadlines;
  std::vector<bool> waits(1000, true);
  const auto waiting = [&waits](CallId call) { return waits[call.index]; };
  for (std::uint32_t i = 0; i < 1000; ++i) {
    deadlines.Arm(kStart + Duration(1ms) * (i * 7 % 1000), {i, 1});
  }
  for (std::uint32_t i = 0; i < 1000; ++i) {
    if (i * 7 % 1000 == 500) continue;
    waits[i] = false;
    deadlines.Ended(waiting);
  }
  CHECK(deadlines.size() <= 66);
  CHECK(deadlines.Next(waiting) == kStart + 500ms);
  CHECK_FALSE(deadlines.TakeDue(kStart + 499ms));
  const auto due = deadlines.TakeDue(kStart + 500ms);
  REQUIRE(due);
  CHECK(due->index * 7 % 1000 == 500);
  CHECK(deadlines.Next([](CallId) { return true; }) >= kStart + 500ms);
}

TEST_CASE("h2 deadlines: due in order, in whatever order they were armed") {
  const std::vector<int> ms = {5, 9, 9, 3, 20, 4, 20, 1, 30, 9, 40, 2};
  Deadlines deadlines;
  std::vector<bool> waits(ms.size(), true);
  const auto waiting = [&waits](CallId call) { return waits[call.index]; };
  for (std::uint32_t i = 0; i < ms.size(); ++i) deadlines.Arm(kStart + 1ms * ms[i], {i, 1});
  waits[7] = waits[8] = false;  // the first of all, and one at the end of the line
  CHECK(deadlines.Next(waiting) == kStart + 2ms);
  CHECK(deadlines.size() == ms.size() - 1);
  std::vector<int> taken;
  while (const auto due = deadlines.TakeDue(kStart + 35ms)) taken.push_back(ms[due->index]);
  CHECK(taken == std::vector<int>{2, 3, 4, 5, 9, 9, 9, 20, 20, 30});
  deadlines.Arm(kStart + 36ms, {3, 1});
  CHECK(deadlines.Next(waiting) == kStart + 36ms);
  CHECK(deadlines.TakeDue(kStart + 50ms));
  CHECK(deadlines.TakeDue(kStart + 50ms));
  CHECK(deadlines.Next(waiting) == kNever);
}

TEST_CASE("h2 patience: the first that is overdue") {
  using Wait = Patience::Wait;
  Patience patience;
  CHECK(patience.Next() == kNever);
  CHECK_FALSE(patience.TakeOverdue(kNever));
  patience.Begin(Wait::kHandshake, kStart + 10s);
  patience.Begin(Wait::kProgress, kStart + 5s);
  patience.Begin(Wait::kProgress, kStart + 8s);  // it waits already
  CHECK(patience.Next() == kStart + 5s);
  CHECK(patience.TakeOverdue(kStart + 5s) == Wait::kProgress);
  CHECK_FALSE(patience.TakeOverdue(kStart + 9s));
  patience.End(Wait::kHandshake);
  CHECK(patience.Next() == kNever);
}

TEST_CASE("h2 slab: an id that has outlived its item finds nothing") {
  Slab<Item> slab;
  CHECK(slab.Find(CallId{}) == nullptr);
  Item& first = slab.Add();
  const CallId old = first.id;
  first.value = 7;
  CHECK(slab.Find(old) == &first);
  slab.Remove(first);
  CHECK(slab.Find(old) == nullptr);
  Item& second = slab.Add();
  CHECK(&second == &first);
  CHECK(second.value == 0);
  CHECK(slab.Find(old) == nullptr);
  CHECK(slab.Find(second.id) == &second);
  CHECK(slab.size() == 1);
  CHECK(slab.Find({17, 1}) == nullptr);
}

TEST_CASE("h2 walk: the head of each frame, whatever the cuts") {
  const std::string bytes = frames::Preface() + frames::Data(5, "hello") +
                            frames::Frame(0xee, 0, 0x7fffffff, "") + frames::Data(7, "");
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
    FrameWalk walk(NGHTTP2_CLIENT_MAGIC_LEN);
    std::vector<std::pair<int, std::int32_t>> heads;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      walk.Walk(
          AsBytes(std::string_view(bytes).substr(at, step)),
          [&heads](std::uint8_t type, std::int32_t stream) { heads.push_back({type, stream}); });
    }
    CHECK(heads == std::vector<std::pair<int, std::int32_t>>{
                       {4, 0}, {4, 0}, {0, 5}, {0xee, 0x7fffffff}, {0, 7}});
  }
}

TEST_CASE("h2 walk: whether header fields are coming") {
  FrameWalk walk(0);
  const auto open_after = [&walk](const std::string& bytes) {
    walk.Walk(AsBytes(bytes), [](std::uint8_t, std::int32_t) {});
    return walk.in_header_block();
  };
  CHECK_FALSE(open_after(frames::Ping()));
  const std::string head = frames::Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, "abc");
  CHECK_FALSE(open_after(head.substr(0, 8)));
  CHECK(open_after(head.substr(8, 1)));
  CHECK(open_after(head.substr(9, 2)));
  CHECK_FALSE(open_after(head.substr(11)));
  CHECK(open_after(frames::Frame(NGHTTP2_HEADERS, 0, 1, "abc")));
  CHECK_FALSE(open_after(frames::Frame(NGHTTP2_CONTINUATION, NGHTTP2_FLAG_END_HEADERS, 1, "")));
}

TEST_CASE("h2 memory: blocks come back, within a bound") {
  H2Memory memory(1024);
  nghttp2_mem use = memory.interface();
  void* const block = use.malloc(100, use.mem_user_data);
  CHECK(memory.blocks_out() == 1);
  use.free(block, use.mem_user_data);
  CHECK(memory.kept_bytes() == 128);
  CHECK(use.malloc(120, use.mem_user_data) == block);
  CHECK(memory.kept_bytes() == 0);
  void* const larger = use.realloc(block, 5000, use.mem_user_data);
  CHECK(memory.kept_bytes() == 128);
  use.free(larger, use.mem_user_data);
  CHECK(memory.kept_bytes() == 128);
  auto* const zeroed = static_cast<char*>(use.calloc(3, 33, use.mem_user_data));
  CHECK(std::string(zeroed, 99) == std::string(99, '\0'));
  use.free(zeroed, use.mem_user_data);
  CHECK(use.calloc(SIZE_MAX, 2, use.mem_user_data) == nullptr);
  std::vector<void*> many;
  for (int i = 0; i < 100; ++i) many.push_back(use.malloc(1000, use.mem_user_data));
  for (void* each : many) use.free(each, use.mem_user_data);
  CHECK(memory.kept_bytes() <= 1024);
  CHECK(memory.blocks_out() == 0);
  use.free(nullptr, use.mem_user_data);
}

TEST_CASE("h2 out: nothing, of no address, may be appended behind something") {
  OutChain out;
  out.Append({});
  out.Append("ab");
  out.Append({});
  out.Append("c");
  std::array<iovec, 4> vectors{};
  REQUIRE(out.Gather(vectors) == 1);
  REQUIRE(std::string_view(static_cast<const char*>(vectors[0].iov_base), vectors[0].iov_len) ==
          "abc");
  out.Consume(3);
  REQUIRE(out.Gather(vectors) == 0);
}

TEST_CASE("h2 limits: each has a name of its own") {
  for (std::size_t i = 0; i < kH2Limits; ++i) {
    CHECK_FALSE(LimitName(static_cast<H2Limit>(i)).empty());
    for (std::size_t j = 0; j < i; ++j) {
      CHECK(LimitName(static_cast<H2Limit>(i)) != LimitName(static_cast<H2Limit>(j)));
    }
  }
  CHECK(LimitName(H2Limit::kLibrary) == "library");
}
