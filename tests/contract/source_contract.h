// What every Source promises (core/source/source.h), as one suite over all of them.
//
// In a TEST_CASE: `SyntheticFixture f; CheckSourceContract(f);`. The fixture is built anew for each
// section, and provides
//   Source& source()
//   std::string present_key(), absent_key()   a key that has a value and one that has none
//   void AdvanceBy(Duration)   lets time pass where it is virtual; where it is real, may return at
//                              once: the suite then waits for its answers
//   void End()                 destroys the source
#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/source/source.h"

namespace ringlab {

namespace source_contract {

// What one load was told. Owns the key, which must live until the callback is gone.
class Loaded {
 public:
  explicit Loaded(std::string key) : key_(std::move(key)) {}

  void LoadFrom(Source& source) {
    source.Load(key_, [this](Result<Value> value) {
      const std::lock_guard lock(mutex_);
      results_.push_back(std::move(value));
      grew_.notify_all();
    });
  }

  // The first answer.
  Result<Value> Wait() {
    std::unique_lock lock(mutex_);
    REQUIRE(grew_.wait_for(lock, std::chrono::seconds(30), [&] { return !results_.empty(); }));
    return results_.front();
  }
  std::size_t answers() const {
    const std::lock_guard lock(mutex_);
    return results_.size();
  }

 private:
  const std::string key_;
  mutable std::mutex mutex_;
  std::condition_variable grew_;
  std::vector<Result<Value>> results_;
};

}  // namespace source_contract

template <class Fixture>
void CheckSourceContract(Fixture& f) {
  using source_contract::Loaded;
  constexpr auto kLongEnough = std::chrono::seconds(10);

  SECTION("a key that has a value loads it, the same each time") {
    std::string first;
    for (int i = 0; i < 3; ++i) {
      Loaded load(f.present_key());
      load.LoadFrom(f.source());
      f.AdvanceBy(kLongEnough);
      const Result<Value> value = load.Wait();
      REQUIRE(value);
      REQUIRE(*value);  // a value of no bytes is a value; no value at all is NOT_FOUND
      if (i == 0) first = value->view();
      REQUIRE(value->view() == first);
      REQUIRE(load.answers() == 1);
    }
  }

  SECTION("a key without a value is NOT_FOUND, with a message that names it") {
    Loaded load(f.absent_key());
    load.LoadFrom(f.source());
    f.AdvanceBy(kLongEnough);
    const Result<Value> value = load.Wait();
    REQUIRE_FALSE(value);
    REQUIRE(value.error().code == Code::kNotFound);
    REQUIRE(value.error().message.find(f.absent_key()) != std::string::npos);
  }

  SECTION("loads of many threads are each answered once") {
    constexpr int kThreads = 4;
    constexpr int kLoads = 100;
    std::vector<std::unique_ptr<Loaded>> loads;
    for (int i = 0; i < kThreads * kLoads; ++i) {
      loads.push_back(std::make_unique<Loaded>(i % 2 == 0 ? f.present_key() : f.absent_key()));
    }
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = t * kLoads; i < (t + 1) * kLoads; ++i) {
          loads[static_cast<std::size_t>(i)]->LoadFrom(f.source());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    f.AdvanceBy(kLongEnough);
    for (std::size_t i = 0; i < loads.size(); ++i) {
      REQUIRE(loads[i]->Wait().has_value() == (i % 2 == 0));
    }
    f.End();
    for (const auto& load : loads) REQUIRE(load->answers() == 1);
  }
}

}  // namespace ringlab
