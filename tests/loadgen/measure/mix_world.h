// The world of a driver that also writes: one store behind all nodes, in virtual time.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/loadgen/measure/driver_world.h"

namespace ringlab {

// A cluster as one map, in virtual time: writes take 2 ms, half of that to be applied; reads take
// 1 ms and see what is there at their end. A test may spoil what is read.
class MapTransport final : public Transport {
 public:
  explicit MapTransport(Scheduler& scheduler) : scheduler_(scheduler) {}

  void Get(std::string_view, const GetRequest& request, GetCallback done) override {
    Later(std::chrono::milliseconds(1), [this, key = std::string(request.key),
                                         done = std::move(done)]() mutable { done(Read(key)); });
  }
  void GetMany(std::string_view, const GetManyRequest& request, GetManyCallback done) override {
    batches.emplace_back(request.keys.begin(), request.keys.end());
    Later(std::chrono::milliseconds(1),
          [this, keys = batches.back(), done = std::move(done)]() mutable {
            std::vector<Result<GetReply>> replies;
            for (const std::string& key : keys) replies.push_back(Read(key));
            replies.resize(std::min(replies.size(), results_max), Fail(Code::kInternal, ""));
            done(std::move(replies));
          });
  }
  void Peek(std::string_view, const GetRequest&, PeekCallback done) override {
    done(Fail(Code::kUnimplemented, "load generators do not peek"));
  }
  void Set(std::string_view, const SetRequest& request, WriteCallback done) override {
    ++sets;
    ttl = request.ttl;
    Write(std::string(request.key), Value::Copy(request.value), std::move(done));
  }
  void Remove(std::string_view, const RemoveRequest& request, WriteCallback done) override {
    ++removes;
    Write(std::string(request.key), {}, std::move(done));
  }

  std::function<Result<GetReply>(const std::string& key, Value now)> spoil;
  bool lose_answers = false;  // of writes, which are applied all the same
  std::size_t results_max = SIZE_MAX;
  std::vector<std::vector<std::string>> batches;
  std::map<std::string, std::vector<Value>> history;  // of each key, an empty one for a remove
  std::uint64_t sets = 0;
  std::uint64_t removes = 0;
  Duration ttl{};

 private:
  void Later(Duration wait, Function<void()> task) {
    scheduler_.RunAt(scheduler_.Now() + wait, std::move(task));
  }
  void Write(std::string key, Value value, WriteCallback done) {
    Later(std::chrono::milliseconds(1),
          [this, key = std::move(key), value = std::move(value), done = std::move(done)]() mutable {
            history[key].push_back(std::move(value));
            if (lose_answers) return done(Fail(Code::kDeadlineExceeded, "lost"));
            Later(std::chrono::milliseconds(1), [done = std::move(done)]() mutable { done({}); });
          });
  }
  Result<GetReply> Read(const std::string& key) {
    const auto& values = history[key];
    Value now = values.empty() ? Value() : values.back();
    if (spoil) return spoil(key, std::move(now));
    if (!now) return GetReply{MakeSyntheticValue(key, 0, 32), Level::kSource};
    return GetReply{std::move(now), Level::kCache};
  }

  Scheduler& scheduler_;
};

struct MixWorld : World {
  MixWorld() {
    workload.mix = {.get = 60, .set = 30, .remove = 10};
    workload.keys = 20;
    options.values.size_min = options.values.size_max = 40;
  }

  Measurements RunMix(std::uint64_t workers = 1) {
    std::vector<std::unique_ptr<Driver>> drivers;
    for (std::uint64_t i = 0; i < workers; ++i) {
      drivers.push_back(std::make_unique<Driver>(options, PlanSlice(Plan(), i, workers), *ring,
                                                 scheduler, map, &ledger));
      Start(*drivers.back(), Duration::zero(), workload.duration);
    }
    scheduler.AdvanceBy(workload.duration + std::chrono::seconds(60));
    REQUIRE(ends == static_cast<int>(workers));
    Measurements m(ring->nodes().size());
    for (const auto& driver : drivers) m.Merge(driver->measurements());
    RequireWhole(m);
    return m;
  }

  MapTransport map{scheduler};
  VersionLedger ledger;
};

}  // namespace ringlab
