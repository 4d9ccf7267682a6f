#include "tests/contract/source_contract.h"

#include <optional>

#include "core/source/synthetic_source.h"
#include "core/source/timed_source.h"
#include "tests/support/fake_source.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {
namespace {

class SyntheticFixture {
 public:
  explicit SyntheticFixture(std::string_view spec)
      : spec_(ParseSyntheticSpec(spec).value()), source_(std::in_place, spec_, 1, scheduler_) {}

  Source& source() { return *source_; }
  std::string present_key() const { return FirstKey(true); }
  std::string absent_key() const { return FirstKey(false); }
  void AdvanceBy(Duration wait) { scheduler_.AdvanceBy(wait); }
  void End() { source_.reset(); }

 private:
  std::string FirstKey(bool exists) const {
    for (int i = 0;; ++i) {
      const std::string key = "key-" + std::to_string(i);
      if (SyntheticExists(spec_, key) == exists) return key;
    }
  }

  SyntheticSpec spec_;
  ManualScheduler scheduler_;
  std::optional<SyntheticSource> source_;
};

// The key "absent" has no value.
class FakeFixture {
 public:
  Source& source() { return router_; }
  std::string present_key() const { return "present"; }
  std::string absent_key() const { return "absent"; }
  void AdvanceBy(Duration) {}
  void End() {}

 private:
  class Router final : public Source {
   public:
    void Load(std::string_view key, LoadCallback done) override {
      (key == "absent" ? absent_ : present_).Load(key, std::move(done));
    }

   private:
    FakeSource present_{FakeSource::Script::kNow};
    FakeSource absent_{FakeSource::Script::kAbsent};
  };

  Router router_;
};

TEST_CASE("a synthetic source at once keeps the source contract") {
  SyntheticFixture fixture("not-found=50%");
  CheckSourceContract(fixture);
}

TEST_CASE("a synthetic source with latency keeps the source contract") {
  SyntheticFixture fixture("not-found=50%,latency=exp:20ms,size=0-4KiB");
  CheckSourceContract(fixture);
}

// A source whose loads take 20 ms, timed.
class TimedFixture {
 public:
  Source& source() { return *source_; }
  std::string present_key() const { return "present"; }
  std::string absent_key() const { return "absent"; }
  void AdvanceBy(Duration wait) { scheduler_.AdvanceBy(wait); }
  void End() { source_.reset(); }
  const TimedSource& timed() const { return *source_; }

 private:
  class Slow final : public Source {
   public:
    explicit Slow(Scheduler& scheduler) : scheduler_(scheduler) {}
    void Load(std::string_view key, LoadCallback done) override {
      scheduler_.RunAt(scheduler_.Now() + std::chrono::milliseconds(20),
                       [key, done = std::move(done)]() mutable {
                         if (key == "present") return done(Value::Copy("value"));
                         done(Fail(Code::kNotFound, "absent not exist"));
                       });
    }

   private:
    Scheduler& scheduler_;
  };

  ManualScheduler scheduler_;
  std::optional<TimedSource> source_{std::in_place, std::make_unique<Slow>(scheduler_), scheduler_};
};

TEST_CASE("a timed source keeps the source contract") {
  TimedFixture fixture;
  CheckSourceContract(fixture);
}

TEST_CASE("a timed source tells how long its loads took") {
  TimedFixture fixture;
  source_contract::Loaded load("present");
  load.LoadFrom(fixture.source());
  REQUIRE(fixture.timed().latency().sum == Duration::zero());  // not answered yet
  fixture.AdvanceBy(std::chrono::seconds(1));
  REQUIRE(load.Wait());
  REQUIRE(fixture.timed().latency().sum == std::chrono::milliseconds(20));
}

TEST_CASE("FakeSource keeps the source contract") {
  FakeFixture fixture;
  CheckSourceContract(fixture);
}

}  // namespace
}  // namespace ringlab
