// Script: which nodes die, come and leave during a loopback run, and when.
//
// "kill node-2 @2s; join node-9 @4s; leave node-3 @6s": steps apart by ';', each a verb, a node's
// name and a time from the start of the traffic. Pure: parsed and checked before anything starts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace ringlab {

enum class ChurnVerb : std::uint8_t {
  kKill,   // ends at once; the others learn it later
  kJoin,   // starts, then every node is told
  kLeave,  // every node is told, then it drains and ends
};

// "kill", "join" or "leave".
std::string_view ChurnVerbName(ChurnVerb verb);

struct ChurnStep {
  ChurnVerb verb;
  std::string node;
  Duration at{};  // from the start of the traffic

  friend bool operator==(const ChurnStep&, const ChurnStep&) = default;
};

// "kill node-2 @2.00s", to three digits of the time.
std::string ToText(const ChurnStep& step);

// The steps in order of time, equal times in the order written; empty for a blank text.
// kInvalidArgument, naming the step, the offending text and what is accepted.
Result<std::vector<ChurnStep>> ParseScript(std::string_view text);

// Whether the steps can be played on a cluster that begins with `names`: a node that is killed or
// leaves is there, is not the last one, and one that joins is not there yet. A node may come back.
// kInvalidArgument naming the first step that cannot. (A kind of ring may have more to object.)
Result<void> CheckScript(const std::vector<ChurnStep>& steps,
                         const std::vector<std::string>& names);

}  // namespace ringlab
