// RingVerdict: what a ring's figures mean, in words, and what would help.
//
// Pure. Two questions, kept apart: is the ring as even as its kind can be (or is it the hash, or
// luck), and what makes the busiest node as busy as it is (the ring, or the popularity of keys)?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringlab {

struct RingReport;
struct RingReportOptions;

// How even the ring is, against what its kind should be.
enum class RingClass : std::uint8_t {
  kFitsTheory,       // as even as random points
  kNamingDependent,  // these names, on this hash: not random
  kBadLuck,          // a fair hash, but less even than 97.5 % of its rings
  kGoodLuck,         // a fair hash, and more even than 97.5 % of its rings
  kEvenByDesign,     // the kind of ring has no skew to speak of
};

// What the busiest node is most to be blamed on.
enum class LoadCause : std::uint8_t {
  kNone,        // it is not too busy
  kHash,        // the ring is less even than chance, and names are why
  kLuck,        // likewise, and luck is why
  kReplicas,    // chance alone, with so few points a node
  kPopularity,  // a few keys that everybody asks for
};

// "fits-theory" …, "none" …: as in the JSON.
std::string_view RingClassName(RingClass ring_class);
std::string_view LoadCauseName(LoadCause cause);

// The load under one change, with these very names and keys.
struct Remedy {
  std::string change;      // "as it is", "200 replicas", "mirror the 32 hottest keys"
  double expected_cv = 0;  // over all ways keys may fall
  double peak = 0;         // the busiest node over the mean
  bool enough = false;     // the peak is at most the target
};

struct RingVerdict {
  RingClass ring_class = RingClass::kFitsTheory;
  std::string ring;  // a sentence or two
  LoadCause cause = LoadCause::kNone;
  std::string load;              // likewise
  std::string advice;            // what to change, first of all
  std::vector<Remedy> remedies;  // the first is "as it is"
};

// From a report that is complete but for its verdict.
RingVerdict JudgeRing(const RingReportOptions& options, const RingReport& report);

}  // namespace ringlab
