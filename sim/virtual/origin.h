// Origin: the one source behind all nodes of a simulation. Its values prove themselves
// (core/source/synthetic_value.h), it may slow, fail or hang, and it counts who loads what.
//
// One thread, the time's. It outlives the sources of its nodes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/random.h"
#include "core/source/source.h"
#include "core/source/synthetic_source.h"
#include "sim/virtual/longest.h"
#include "sim/virtual/time.h"

namespace ringlab {

struct OriginLaw {
  Duration latency = std::chrono::milliseconds(1);
  // That many loads at a time; the others wait their turn, for as long as it takes. 0: any number.
  std::uint32_t servers = 0;
  double error = 0;        // of the loads
  bool hangs = false;      // nothing is answered for as long as it does; then what waits fails
  SyntheticSpec values{};  // sizes, versions, which keys have none; the rest is not read
};

class Origin {
 public:
  Origin(VirtualTime& time, std::uint64_t seed, OriginLaw law);
  ~Origin();
  Origin(const Origin&) = delete;
  Origin& operator=(const Origin&) = delete;

  OriginLaw& law() { return law_; }  // may change while it runs; for loads that are not at work yet

  // Loads that were asked for, and those that wait for their turn.
  std::uint64_t loads() const { return asked_; }
  std::size_t waiting() const { return queue_.size(); }

  // The longest that a load has taken of late, as far as it has been drawn.
  Duration LongestLoad() { return loads_.At(time_.Now()); }

  // What a node of the host loads from.
  std::unique_ptr<Source> SourceOf(VirtualHost& host, Scheduler& scheduler);

  // The most loads of one key that one host began within `patience` and waited for at once, since
  // the last TakeMost, and whose. Nobody waits for older ones: see FlightsOptions::load_timeout.
  void SetPatience(Duration patience) { patience_ = patience; }
  struct Most {
    std::size_t loads = 0;
    std::string host, key;
  };
  Most TakeMost() { return std::exchange(most_, {}); }

 private:
  struct OneLoad;
  struct Waiting;
  struct Busy;
  class HostSource;

  void Began(const VirtualHost& host, std::string_view key);
  void Ended(const VirtualHost& host, const std::string& key, TimePoint began);
  Result<Value> Answer(std::string_view key, bool fails) const;
  Duration DrawTime(TimePoint now);
  void ServeNext();

  VirtualTime& time_;
  OriginLaw law_;
  Rng rng_;
  Longest loads_{std::chrono::seconds(5)};
  std::map<std::pair<std::uint32_t, std::string>, std::multiset<TimePoint>> under_way_;
  Duration patience_ = Duration::max();
  Most most_;
  std::uint64_t asked_ = 0;
  std::deque<std::unique_ptr<Waiting>> queue_;
  std::uint32_t busy_ = 0;  // servers
  bool serving_ = false;    // ServeNext runs
};

}  // namespace ringlab
