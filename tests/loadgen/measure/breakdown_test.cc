// Where the time of gets went: stages that add up, a fair sample of them, Little's law.
#include "loadgen/measure/breakdown.h"

#include <array>
#include <catch2/catch.hpp>
#include <set>
#include <utility>

#include "loadgen/judge/stages.h"
#include "tests/loadgen/measure/driver_world.h"

namespace ringlab {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

const TimePoint kPlanned{seconds(100)};

StageSample SampleOf(AnswerTimes times, Level level = Level::kCache) {
  SentRequest request{.intended = kPlanned, .sent = kPlanned + microseconds(30)};
  const GetReply reply{.value = Value::Copy("v"), .level = level, .times = times};
  return StagesOf(request, kPlanned + microseconds(10), kPlanned + microseconds(1030), reply);
}

TEST_CASE("the stages of a get add up to its response time") {
  const StageSample sample =
      SampleOf({.took = 700'000, .queue = 100'000, .hop = 200'000, .source = 300'000});
  CHECK(sample[Stage::kSendLag] == 10'000);
  CHECK(sample[Stage::kClient] == 20'000);
  CHECK(sample[Stage::kNetwork] == 300'000);
  CHECK(sample[Stage::kQueue] == 100'000);
  CHECK(sample[Stage::kHandler] == 100'000);
  CHECK(sample[Stage::kHop] == 200'000);
  CHECK(sample[Stage::kSource] == 300'000);
  CHECK(sample.response() == 1'030'000);
}

TEST_CASE("whatever a node says, they add up, and none is below zero") {
  for (const float told : {0.0F, 1.0F, 5e5F, 1e6F, 1e12F, 9e18F}) {
    for (const float other : {0.0F, 3e5F, 1e18F}) {
      const StageSample sample =
          SampleOf({.took = told, .queue = other, .hop = told / 3, .source = other});
      for (const float stage : sample.ns) REQUIRE(stage >= 0);
      REQUIRE(sample.response() == Approx(1'030'000).margin(1));
    }
  }
}

TEST_CASE("one request in so many is timed, of every worker and every node alike") {
  constexpr std::uint64_t kEvery = 12;
  constexpr std::uint64_t kRequests = 120'000;
  std::uint64_t timed = 0;
  std::array<std::uint64_t, 12> of_residue{};
  for (std::uint64_t i = 0; i < kRequests; ++i) {
    if (!IsTimed(i, kEvery)) continue;
    ++timed;
    ++of_residue[i % of_residue.size()];
  }
  CHECK(static_cast<double>(timed) == Approx(kRequests / kEvery).epsilon(0.05));
  for (const std::uint64_t count : of_residue) {
    CHECK(static_cast<double>(count) == Approx(static_cast<double>(timed) / 12).epsilon(0.15));
  }
  CHECK(IsTimed(5, 1));
  CHECK_FALSE(IsTimed(5, 0));
}

TEST_CASE("of more samples than are kept each is as likely to be") {
  Breakdown breakdown;
  constexpr std::uint64_t kAll = 4 * Breakdown::kSamplesMax;
  for (std::uint64_t i = 0; i < kAll; ++i) {
    breakdown.Record({.ns = {static_cast<float>(i)}});
  }
  REQUIRE(breakdown.recorded() == kAll);
  REQUIRE(breakdown.samples().size() == Breakdown::kSamplesMax);
  double sum = 0;
  std::set<float> different;
  for (const StageSample& sample : breakdown.samples()) {
    sum += sample.ns[0];
    different.insert(sample.ns[0]);
  }
  CHECK(different.size() == Breakdown::kSamplesMax);
  // The mean of so many draws has a deviation of 0.3 % of the range.
  CHECK(sum / Breakdown::kSamplesMax == Approx(kAll / 2.0).epsilon(0.015));
}

TEST_CASE("a driver asks for times as often as it is told to, and keeps what it hears") {
  World* here = nullptr;
  World world([&](const auto& call, GetCallback done) {
    Result<GetReply> reply = Right(call.key);
    if (call.timed) reply->times = {.took = 600'000, .source = 400'000};
    here->AnswerAt(here->scheduler.Now() + milliseconds(1), std::move(reply), std::move(done));
  });
  here = &world;
  world.options.timed_every = 10;
  const Measurements m = world.RunAll();
  std::uint64_t timed = 0;
  for (const auto& call : world.transport.calls) timed += call.timed ? 1U : 0U;
  CHECK(static_cast<double>(timed) == Approx(static_cast<double>(m.totals.sent) / 10).epsilon(0.1));
  REQUIRE(m.breakdown.recorded() == timed);
  for (const StageSample& sample : m.breakdown.samples()) {
    REQUIRE(sample.response() == 1'000'000);
    REQUIRE(sample[Stage::kNetwork] == 400'000);
    REQUIRE(sample[Stage::kSource] == 400'000);
    REQUIRE(sample[Stage::kHandler] == 200'000);
  }
}

TEST_CASE("arrivals find as many under way as Little's law says") {
  Rng rng(7);
  World* here = nullptr;
  World world([&](const auto& call, GetCallback done) {
    const Duration stays(static_cast<std::int64_t>(50e6 * rng.Exponential()));
    here->AnswerAt(here->scheduler.Now() + stays, Right(call.key), std::move(done));
  });
  here = &world;
  const Measurements m = world.RunAll();
  const auto law = LittlesLawOf(m.in_flight, seconds(10));
  REQUIRE(law);
  CHECK(law->expected == Approx(100).epsilon(0.02));
  CHECK(law->seen == Approx(law->expected).epsilon(0.02));
}

TEST_CASE("an answer that is told late breaks the law, which is how a wrong time is found") {
  World* here = nullptr;
  World world([&](const auto& call, GetCallback done) {
    here->AnswerAt(here->scheduler.Now() + milliseconds(50), Right(call.key), std::move(done));
  });
  here = &world;
  Measurements m = world.RunAll();
  m.in_flight.stayed = m.in_flight.stayed / 2;  // as if half of the time were not told
  const auto law = LittlesLawOf(m.in_flight, seconds(10));
  REQUIRE(law);
  CHECK(law->seen > 1.8 * law->expected);
}

}  // namespace
}  // namespace ringlab
