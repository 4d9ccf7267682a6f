// The schema of stored results, as data, and the check of a result against it.
//
// results/README.md says in words what the tables here say to a program: which keys there are, what
// they hold, and which figures must add up. Keys that no table names are fine, so that a result of
// a later version of a tool can be read; but whatever its name, a key with a unit (`_ns`, `_s`,
// `_bytes`, `_qps`) holds numbers, and one with `_share` numbers from 0 to 1. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ringlab {

enum class Kind : std::uint8_t {
  kObject,
  kList,
  kText,
  kTruth,    // true or false
  kCount,    // a whole number from 0 up
  kNumber,   // any
  kAmount,   // a number from 0 up
  kShare,    // a number from 0 to 1
  kVerdict,  // VALID, FAILED or INVALID
  kLatency,  // a summary of a histogram: count, mean, min, p50 … max, in order
  kHdr,      // a histogram as text, results/hdr/v2.h
  kCounts,   // a list of kCount
  kTimes,    // a list of kAmount, or null where there is none
};

enum class Need : std::uint8_t {
  kAlways,    // where what is around it is there
  kOfRun,     // likewise, but a run that could not begin has none
  kOptional,  // may be absent; of its kind if not
};

struct SchemaRow {
  std::string_view path;  // "totals/sent"; "*" is each element of a list, each value of an object
  Kind kind;
  Need need;
};

std::span<const SchemaRow> LoadgenSchema();
std::span<const SchemaRow> SearchSchema();  // a part of loadgen's
std::span<const SchemaRow> SimSchema();
std::span<const SchemaRow> BenchSchema();
std::span<const SchemaRow> GateSchema();

// So many complaints are made of one result at most.
inline constexpr std::size_t kComplaintsMax = 20;

// What is wrong with a result that ParseResult() accepted, each with the path of it: its schema,
// then, if that holds, what must add up, and what must follow from it. Empty when nothing is.
// Fit for a terminal, whatever names the result has.
std::vector<std::string> ComplaintsAbout(const nlohmann::ordered_json& result);

// The part of it that adds up: for results that keep to their schema.
std::vector<std::string> SumsThatDiffer(const nlohmann::ordered_json& result);

// The part of it that follows from other parts, of runs that keep to their schema: a rate from its
// count and time, ratios, the balance from the nodes, a threshold's flag from its bound, and the
// verdict from all of them.
std::vector<std::string> ConclusionsThatDiffer(const nlohmann::ordered_json& result);

// Likewise of a search and its probes; part of ConclusionsThatDiffer().
std::vector<std::string> SearchConclusionsThatDiffer(const nlohmann::ordered_json& result);

}  // namespace ringlab
