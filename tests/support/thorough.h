// How often a statistical test tries. Its seeds are fixed: on code that has not changed it finds
// what it found the last time, so it looks closely only where what it judges has changed.
#pragma once

#include <cstdlib>

namespace ringlab {

// `full` when RINGLAB_THOROUGH is set and not empty (scripts/test sets it, docs/ci.md says when),
// else `brief`. The environment must not change meanwhile.
template <class Number>
Number Trials(Number full, Number brief) {
  const char* const thorough = std::getenv("RINGLAB_THOROUGH");
  return thorough != nullptr && *thorough != '\0' ? full : brief;
}

}  // namespace ringlab
