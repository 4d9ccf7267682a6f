// A swarm: many seeds' runs, what they found, and the smallest run that still shows it.
//
// Seeds are first, first + 1 … What one finds depends on the seed alone, neither on how many there
// are nor on who runs beside it, in which process: the same seeds give the same report. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "sim/virtual/swarm_plan.h"
#include "sim/virtual/swarm_run.h"

namespace ringlab {

inline constexpr std::uint64_t kSwarmSeedsMax = 100'000'000;

// What is left of a failing case when as much as can be has been taken away: faults first, then
// requests. Runs it some dozens of times. `found` is one of its findings; another one of the same
// invariant is as good.
struct ShrunkCase {
  SwarmCase of;
  SwarmFinding finding;
  std::size_t faults = 0;
  std::uint64_t runs = 0;
};
ShrunkCase Shrink(const SwarmCase& failing, const SwarmFinding& found,
                  const std::function<bool()>& go_on);

struct FailedSeed {
  std::uint64_t seed = 0;
  std::vector<SwarmFinding> findings = {};
  std::optional<ShrunkCase> shrunk = {};
};

struct SwarmReport {
  std::uint64_t first_seed = 0;
  std::uint64_t asked = 0;  // seeds
  std::uint64_t seeds = 0;  // that were run
  std::uint64_t hash = 0;   // over the hashes of the seeds, in their order
  std::uint64_t events = 0;
  std::uint64_t requests = 0;
  std::uint64_t answered = 0;
  std::uint64_t compared = 0;
  std::uint64_t failed_requests = 0;
  Duration virtual_time{};
  Duration cpu{};                               // set by who ran it
  Duration took{};                              // likewise
  std::vector<std::uint64_t> empty_seeds = {};  // the first few
  std::uint64_t empty = 0;
  std::array<std::uint64_t, Fault::kKinds> faults = {};
  std::vector<std::string> never_delivered = {};  // kinds of messages
  std::vector<FailedSeed> failed = {};            // the first few, by seed
  std::uint64_t failing = 0;
  std::uint64_t broken = 0;  // seeds whose plan no cluster can be made of
  std::string first_broken = {};
  std::shared_ptr<const nlohmann::ordered_json> diagram = {};  // of a replay: DiagramOf()
};

// Adds up the seeds of a swarm. Not thread-safe.
class SwarmTally {
 public:
  SwarmTally(std::uint64_t first_seed, std::uint64_t seeds);

  // The next seed's, in their order; the error of one whose plan no cluster can be made of.
  void Take(const Result<SwarmOutcome>& outcome);

  std::uint64_t failing() const { return report_.failing; }

  // Of those that were taken.
  SwarmReport report() const;

 private:
  void Add(const SwarmOutcome& outcome);

  SwarmReport report_;
  std::map<std::string, std::uint64_t> arrived_;  // messages, by kind
};

// The report of a swarm, for people and for programs.
std::string ToText(const SwarmReport& report);
nlohmann::ordered_json ToJson(const SwarmReport& report);

// Of one case: what was drawn, and what came of it.
std::string CaseText(const SwarmCase& of, const SwarmPlan& plan, const SwarmOutcome& outcome);

}  // namespace ringlab
