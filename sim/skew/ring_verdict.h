// RingVerdict: what a ring's figures mean, in words, and what would help.
//
// Pure. Two questions, kept apart: is the ring as even as its kind can be (or is it the hash, or
// luck), and what makes the busiest node as busy as it is (the ring, or the popularity of keys)?
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/skew/remedies.h"

namespace ringlab {

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
  kNone,        // it is not too busy, on average over where hot keys may fall
  kHash,        // the ring is less even than chance, and names are why
  kLuck,        // likewise, and luck is why
  kReplicas,    // chance alone, with so few points a node
  kKind,        // this kind of ring, which has no replicas to add
  kPopularity,  // a few keys that everybody asks for
  kBoth,        // that, and a ring whose part is within a factor of two of it
};

// "fits-theory" …, "none" …: as in the JSON.
std::string_view RingClassName(RingClass ring_class);
std::string_view LoadCauseName(LoadCause cause);

struct RingVerdict {
  RingClass ring_class = RingClass::kFitsTheory;
  std::string ring;  // a sentence or two
  LoadCause cause = LoadCause::kNone;
  std::string load;              // likewise
  std::string advice;            // what to change, first of all
  std::vector<Remedy> remedies;  // the first is "as it is", on which the verdict rests
};

// Fills in the verdict of a report that is complete but for it.
void JudgeRing(const RingReportOptions& options, RingReport& report);

}  // namespace ringlab
