// What a driver sends of a mix, and how it judges what it reads.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/loadgen/measure/mix_world.h"

namespace ringlab {
namespace {

using std::chrono::seconds;

TEST_CASE("a mix on a consistent store reads nothing stale and nothing wrong") {
  for (const std::uint64_t workers : {1, 3}) {
    CAPTURE(workers);
    MixWorld world;
    world.options.ttl = seconds(9);
    const Measurements m = world.RunMix(workers);
    REQUIRE(m.totals.sent == world.PlannedBetween(Duration::zero(), seconds(10)));
    REQUIRE(m.totals.ok == m.totals.sent);
    REQUIRE(m.totals.wrong_values == 0);
    REQUIRE(m.of(Operation::kSet).requests == world.map.sets);
    REQUIRE(m.of(Operation::kRemove).requests == world.map.removes);
    REQUIRE(world.map.sets > 5'000);
    REQUIRE(world.map.ttl == seconds(9));
    REQUIRE(m.of(Operation::kGet).service.max() == 1'000'000);
    REQUIRE(m.of(Operation::kSet).service.max() == 2'000'000);
    REQUIRE(m.keys.ok == m.of(Operation::kGet).requests);
    REQUIRE(m.levels[0].count() + m.levels[2].count() == m.keys.ok);
    REQUIRE(m.staleness.reads == m.keys.ok);
    REQUIRE(m.staleness.stale == 0);
    REQUIRE(m.staleness.reverted == 0);
    REQUIRE(m.staleness.untold == 0);
  }
}

TEST_CASE("every set writes a new value of the key at the size of the source's") {
  MixWorld world;
  world.options.values = {.size_min = 16, .size_max = 64, .version = 5};
  world.RunMix();
  std::vector<std::uint64_t> versions;
  for (const auto& [key, values] : world.map.history) {
    for (const Value& value : values) {
      if (!value) continue;
      REQUIRE(value.size() == SyntheticSize(world.options.values, key));
      versions.push_back(SyntheticVersion(key, value.view()).value());
      REQUIRE(versions.back() > 5);
    }
  }
  REQUIRE(versions.size() == world.map.sets);
  std::sort(versions.begin(), versions.end());
  REQUIRE(std::adjacent_find(versions.begin(), versions.end()) == versions.end());
}

TEST_CASE("a store that serves the write before the last is caught") {
  MixWorld world;
  world.workload.mix = {.get = 50, .set = 50};
  world.map.spoil = [&](const std::string& key, Value) -> Result<GetReply> {
    const auto& values = world.map.history[key];
    if (values.size() < 2) return Right(key);
    return GetReply{values[values.size() - 2], Level::kHot};
  };
  SECTION("by one worker, to which all writes are its own") {
    const Measurements m = world.RunMix(1);
    REQUIRE(m.totals.wrong_values == 0);
    // The last write overlaps some reads, and the one before that overlaps some writes.
    REQUIRE(m.staleness.stale > m.keys.ok / 2);
    REQUIRE(m.staleness.own_stale == m.staleness.stale);
    REQUIRE(m.staleness.age.min() >= 0);
    REQUIRE(m.staleness.age.max() > 1'000'000);
    REQUIRE(m.levels[static_cast<std::size_t>(Level::kHot)].count() > m.keys.ok / 2);
  }
  SECTION("by several, also where the writer is another") {
    const Measurements m = world.RunMix(3);
    REQUIRE(m.staleness.stale > m.keys.ok / 2);
    REQUIRE(m.staleness.own_stale > 0);
    REQUIRE(m.staleness.own_stale < m.staleness.stale);
  }
}

TEST_CASE("values of the source after a set are told apart as reverted") {
  MixWorld world;
  world.workload.mix = {.get = 50, .set = 50};
  SECTION("the source's value") {
    world.map.spoil = [](const std::string& key, Value) { return Right(key); };
  }
  SECTION("none at all") {
    world.map.spoil = [](const std::string&, Value) -> Result<GetReply> {
      return Fail(Code::kNotFound, "gone");
    };
  }
  const Measurements m = world.RunMix();
  REQUIRE(m.staleness.reverted > m.staleness.reads * 9 / 10);
  REQUIRE(m.staleness.stale == 0);
  REQUIRE(m.totals.wrong_values == 0);
}

TEST_CASE("values that the key was never given are wrong") {
  MixWorld world;
  SECTION("of another key") {
    world.map.spoil = [](const std::string&, Value) { return Right("key-999"); };
  }
  SECTION("of a version that nobody wrote") {
    world.map.spoil = [](const std::string& key, Value) -> Result<GetReply> {
      return GetReply{MakeSyntheticValue(key, 1'000'000, 40), Level::kCache};
    };
  }
  const Measurements m = world.RunMix();
  REQUIRE(m.totals.wrong_values == m.keys.ok);
  REQUIRE(m.staleness.reads == 0);
}

TEST_CASE("writes whose answer was lost make every older value legal and their own too") {
  MixWorld world;
  world.map.lose_answers = true;
  const Measurements m = world.RunMix();
  REQUIRE(m.totals.timeouts == world.map.sets + world.map.removes);
  REQUIRE(m.of(Operation::kSet).failed == world.map.sets);
  REQUIRE(m.totals.wrong_values == 0);
  REQUIRE(m.staleness.stale + m.staleness.reverted == 0);
}

TEST_CASE("nothing is judged when values are not checked") {
  MixWorld world;
  world.options.verify = false;
  world.map.spoil = [](const std::string&, Value) { return Right("key-999"); };
  const Measurements m = world.RunMix();
  REQUIRE(m.totals.wrong_values == 0);
  REQUIRE(m.staleness.reads == 0);
}

TEST_CASE("a batch is one request with a count for each of its keys") {
  MixWorld world;
  world.workload.mix = {};
  world.workload.batch = 5;
  world.map.spoil = [](const std::string& key, Value) -> Result<GetReply> {
    if (key == "key-1") return Fail(Code::kNotFound, "no such key");
    if (key == "key-2") return Fail(Code::kUnavailable, "its owner is down");
    if (key == "key-3") return Right("key-4");
    return Right(key);
  };
  const Measurements m = world.RunMix();
  KeyTotals keys;
  std::uint64_t wrong = 0;
  Workload plan = world.Plan();
  PlannedRequest request;
  for (const auto& batch : world.map.batches) {
    REQUIRE(plan.Next(request));
    std::vector<std::uint64_t> indices{request.key_index};
    plan.FurtherKeys(request, indices);
    REQUIRE(batch.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) {
      std::string text;
      AppendKey(indices[i], text);
      REQUIRE(batch[i] == text);
      keys.not_found += text == "key-1" ? 1 : 0;
      keys.failed += text == "key-2" ? 1 : 0;
      wrong += text == "key-3" ? 1 : 0;
    }
  }
  REQUIRE(world.map.batches.size() == m.totals.sent);
  REQUIRE(m.keys.asked == 5 * m.totals.sent);
  REQUIRE(m.keys.not_found == keys.not_found);
  REQUIRE(m.keys.failed == keys.failed);
  REQUIRE(m.totals.wrong_values == wrong);
  REQUIRE(wrong > 100);
  REQUIRE(m.first_error.message == "its owner is down");
  // Hardly a batch has not one key that is well.
  REQUIRE(m.totals.ok > m.totals.sent * 9 / 10);
}

TEST_CASE("a batch is what its best key is") {
  MixWorld world;
  world.workload.mix = {};
  world.workload.batch = 3;
  Code worst = Code::kUnavailable;
  bool one_absent = false;
  std::uint64_t asked = 0;
  world.map.spoil = [&](const std::string&, Value) -> Result<GetReply> {
    const bool absent = one_absent && asked++ % 3 == 1;
    return Fail(absent ? Code::kNotFound : worst, "x");
  };
  std::uint64_t Totals::* as = &Totals::errors;
  SECTION("all fail") {}
  SECTION("all are late") {
    worst = Code::kDeadlineExceeded;
    as = &Totals::timeouts;
  }
  SECTION("one is absent") {
    one_absent = true;
    as = &Totals::not_found;
  }
  SECTION("an answer for too few keys is none") { world.map.results_max = 2; }
  const Measurements m = world.RunMix();
  REQUIRE(m.totals.*as == m.totals.sent);
  REQUIRE(m.keys.failed == (one_absent ? 2 : 3) * m.totals.sent);
}

TEST_CASE("operations and keys that were never answered count as failed when given up") {
  MixWorld world;
  world.workload.batch = 4;
  class Silent final : public GetOnlyTransport {
    void Get(std::string_view, const GetRequest&, GetCallback) override {}
    void GetMany(std::string_view, const GetManyRequest&, GetManyCallback) override {}
    void Set(std::string_view, const SetRequest&, WriteCallback) override {}
    void Remove(std::string_view, const RemoveRequest&, WriteCallback) override {}
  } silent;
  Driver driver(world.options, PlanSlice(world.Plan(), 0, 1), *world.ring, world.scheduler, silent,
                &world.ledger);
  world.Start(driver, Duration::zero(), seconds(10));
  world.scheduler.AdvanceBy(seconds(60));
  REQUIRE(world.ends == 1);
  const Measurements m = driver.measurements();
  RequireWhole(m);
  REQUIRE(m.totals.timeouts == m.totals.sent);
  REQUIRE(m.keys.failed == 4 * m.of(Operation::kGet).requests);
  for (const OperationMeasurements& operation : m.operations) {
    REQUIRE(operation.failed == operation.requests);
    REQUIRE(operation.failed > 0);
  }
}

}  // namespace
}  // namespace ringlab
