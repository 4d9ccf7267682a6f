#include "core/group/hot_keys.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/base/hash.h"
#include "core/base/random.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kHotKeysStart{std::chrono::hours(1)};

std::string KeyOf(std::size_t rank) { return "key-" + std::to_string(rank); }

double Ask(HotKeys& hot, const std::string& key, TimePoint now) {
  return hot.Observe(key, HashKey(key), now);
}

// Ranks under Zipf 0.99, by the cumulated probabilities: exact and slow.
class Zipf {
 public:
  explicit Zipf(std::size_t keys) {
    double sum = 0;
    for (std::size_t k = 1; k <= keys; ++k) {
      sum += std::pow(static_cast<double>(k), -0.99);
      cumulated_.push_back(sum);
    }
  }
  std::size_t Rank(Rng& rng) const {
    const auto at =
        std::upper_bound(cumulated_.begin(), cumulated_.end(), rng.Uniform() * cumulated_.back());
    return static_cast<std::size_t>(at - cumulated_.begin());
  }
  double Share(std::size_t rank) const {
    return (cumulated_[rank] - (rank == 0 ? 0 : cumulated_[rank - 1])) / cumulated_.back();
  }

 private:
  std::vector<double> cumulated_;
};

TEST_CASE("a steady key reads as its rate and half of it shows after one half-life") {
  HotKeys hot({.sample_every = 1, .half_life = seconds(10)});
  const std::string key = "k";
  TimePoint now = kHotKeysStart;
  double qpm = 0;
  for (int i = 0; i < 1000; ++i) qpm = Ask(hot, key, now += milliseconds(10));
  REQUIRE(qpm == Approx(3000).epsilon(0.03));
  double sum = 0;
  for (int i = 0; i < 20'000; ++i) {
    qpm = Ask(hot, key, now += milliseconds(10));
    REQUIRE((i < 10'000 || qpm == Approx(6000).epsilon(0.011)));  // counts fade in steps of 2 %
    sum += i < 10'000 ? 0 : qpm;
  }
  REQUIRE(sum / 10'000 == Approx(6000).epsilon(0.002));  // and the steps cancel out
  REQUIRE(hot.Top(1, now).at(0).qps == Approx(100).epsilon(0.011));
}

TEST_CASE("sampling is unbiased and as noisy as the header says") {
  // 4 % at 100/s and one in four; the mean of 32 keys is off by 0.7 %, so 3 % is 4 deviations.
  double sum = 0;
  for (int k = 0; k < 32; ++k) {
    HotKeys hot({.sample_every = 4});
    const std::string key = KeyOf(static_cast<std::size_t>(k));
    TimePoint now = kHotKeysStart;
    for (int i = 0; i < k * 10'000; ++i) Ask(hot, "other", now);  // other draws for each
    for (int i = 0; i < 10'000; ++i) Ask(hot, key, now += milliseconds(10));
    const double qps = hot.Observe(key, HashKey(key), now) / 60;
    REQUIRE(qps == Approx(100).epsilon(0.16));
    sum += qps;
  }
  REQUIRE(sum / 32 == Approx(100).epsilon(0.03));
}

// 10,000 requests a second over a million keys for a minute and a half.
TEST_CASE("under Zipf traffic the hottest keys are found and their rates are right") {
  const std::uint32_t sample_every = GENERATE(1U, 4U);
  constexpr double kQps = 10'000;
  HotKeys hot({.sample_every = sample_every});
  const Zipf zipf(1'000'000);
  Rng rng(1);
  TimePoint now = kHotKeysStart;
  for (int i = 0; i < 900'000; ++i) {
    Ask(hot, KeyOf(zipf.Rank(rng)), now += Duration(100'000));
  }
  const std::vector<HotKey> top = hot.Top(100, now);
  REQUIRE(top.size() == 100);
  // The hottest is asked for 650 times a second, 2 % of noise; the 10th and 11th differ by a tenth.
  REQUIRE(top[0].key == KeyOf(0));
  REQUIRE(top[0].qps == Approx(kQps * zipf.Share(0)).epsilon(0.08));
  std::set<std::string> true_ten;
  std::set<std::string> true_hundred;
  for (std::size_t rank = 0; rank < 100; ++rank) {
    if (rank < 10) true_ten.insert(KeyOf(rank));
    true_hundred.insert(KeyOf(rank));
  }
  const auto recall = [&](const std::set<std::string>& truth) {
    return std::count_if(top.begin(), top.begin() + static_cast<std::ptrdiff_t>(truth.size()),
                         [&](const HotKey& found) { return truth.count(found.key) == 1; });
  };
  REQUIRE(recall(true_ten) >= 9);
  REQUIRE(recall(true_hundred) >= 85);
  for (std::size_t rank = 0; rank < 10; ++rank) {
    const std::string key = KeyOf(rank);
    const double true_qpm = 60 * kQps * zipf.Share(rank);
    REQUIRE(hot.Observe(key, HashKey(key), now) == Approx(true_qpm).epsilon(0.25));
  }
  // Cold keys are not called warm: of the last thousand, nearly all read as nothing.
  int warm = 0;
  for (std::size_t rank = 999'000; rank < 1'000'000; ++rank) {
    const std::string key = KeyOf(rank);
    warm += hot.Observe(key, HashKey(key), now) > 60 ? 1 : 0;
  }
  REQUIRE(warm <= 5);
}

TEST_CASE("a key that cools down is forgotten within seven half-lives") {
  HotKeys hot({.sample_every = 1, .half_life = seconds(10)});
  TimePoint now = kHotKeysStart;
  for (int i = 0; i < 60'000; ++i) Ask(hot, "was hot", now += milliseconds(1));
  const double before = Ask(hot, "was hot", now);
  REQUIRE(before == Approx(60'000).epsilon(0.03));
  now += seconds(10);
  REQUIRE(Ask(hot, "was hot", now) == Approx(before / 2).epsilon(0.03));
  now += seconds(60);
  REQUIRE(Ask(hot, "was hot", now) < before / 100);
  now += seconds(200);
  REQUIRE(hot.Top(10, now).empty());

  SECTION("and a new one takes its place") {
    for (int i = 0; i < 100; ++i) Ask(hot, "is hot", now += milliseconds(10));
    const std::vector<HotKey> top = hot.Top(10, now);
    REQUIRE(top.size() == 1);
    REQUIRE(top[0].key == "is hot");
  }
  SECTION("also after a very long time") {
    now += std::chrono::hours(24 * 365 * 20);
    REQUIRE(hot.Top(10, now).empty());
    REQUIRE(Ask(hot, "was hot", now) < 5);
  }
}

TEST_CASE("requests that are not sampled read what has faded") {
  HotKeys hot({.sample_every = 4});
  TimePoint now = kHotKeysStart;
  for (std::size_t i = 0; i < 200'000; ++i) Ask(hot, KeyOf(i % 8), now += Duration(250'000));
  const std::vector<HotKey> before = hot.Top(8, now);
  now += seconds(10);
  for (const HotKey& key : before) {  // 6 of 8 are not sampled, so that they read the old bucket
    REQUIRE(Ask(hot, key.key, now) / 60 == Approx(key.qps / 2).epsilon(0.03));
  }
}

TEST_CASE("a flood of keys that come once does not wash out hot ones") {
  HotKeys hot({.buckets = 1, .sample_every = 1});
  TimePoint now = kHotKeysStart;
  std::size_t cold = 1000;
  for (std::size_t i = 0; i < 60'000; ++i) {
    Ask(hot, KeyOf(i % HotKeys::kCells), now += milliseconds(1));
    if (i > 7'000) Ask(hot, KeyOf(cold++), now);
  }
  const std::vector<HotKey> top = hot.Top(10, now);
  REQUIRE(top.size() == HotKeys::kCells);
  for (const HotKey& key : top) REQUIRE(key.qps == Approx(1000.0 / 7).epsilon(0.03));
}

TEST_CASE("a new hot key takes the cell of a tepid one") {
  HotKeys hot({.buckets = 1, .sample_every = 1});
  TimePoint now = kHotKeysStart;
  const auto tepid = [&] {  // each once a second
    for (std::size_t k = 0; k < HotKeys::kCells; ++k) Ask(hot, KeyOf(k), now);
  };
  for (int i = 0; i < 60; ++i, now += seconds(1)) tepid();
  REQUIRE(hot.Top(10, now).size() == HotKeys::kCells);
  for (int i = 0; i < 10'000; ++i) {
    if (i % 1000 == 0) tepid();
    Ask(hot, "new", now += milliseconds(10));
  }
  REQUIRE(hot.Top(1, now).at(0).key == "new");
  REQUIRE(Ask(hot, "new", now) == Approx(6000).epsilon(0.03));
}

TEST_CASE("long keys are cut and time that goes back does no harm") {
  HotKeys hot({.sample_every = 1});
  const std::string key(5000, 'x');
  for (int i = 0; i < 100; ++i) Ask(hot, key, kHotKeysStart - seconds(i));
  REQUIRE(hot.Top(5, kHotKeysStart).at(0).key == key.substr(0, HotKeys::kKeyBytesMax));
  REQUIRE(hot.Top(0, kHotKeysStart).empty());
}

TEST_CASE("threads that observe lose no sampled request") {
  HotKeys hot({.buckets = 2, .sample_every = 1});
  constexpr int kThreads = 4;
  constexpr int kSteps = 20'000;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&hot, t] {
      for (int i = 0; i < kSteps; ++i) {
        Ask(hot, "k", kHotKeysStart);
        if (i % 16 == 0) Ask(hot, KeyOf(static_cast<std::size_t>(i)), kHotKeysStart);
        if (t == 0 && i % 2000 == 0) hot.Top(3, kHotKeysStart);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  HotKeys alone({.sample_every = 1});
  double qpm = 0;
  for (int i = 0; i < kThreads * kSteps; ++i) qpm = Ask(alone, "k", kHotKeysStart);
  REQUIRE(hot.Top(1, kHotKeysStart).at(0).qps == Approx(qpm / 60).epsilon(0.001));
}

}  // namespace
}  // namespace ringlab
