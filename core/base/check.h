// RL_CHECK(condition): a bug detector that stays on in release builds.
//
// For our own mistakes only, never for input from a flag or the wire: a failed check prints the
// condition, its place and an optional explanation, then aborts.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace ringlab::internal {

[[noreturn]] inline void CheckFailed(const char* condition, const char* file, int line,
                                     const char* why) {
  std::fprintf(stderr, "%s:%d: check failed: %s%s%s\n", file, line, condition,
               *why == '\0' ? "" : ": ", why);
  std::abort();
}

}  // namespace ringlab::internal

#define RL_CHECK(condition) RL_CHECK_BECAUSE(condition, "")

#define RL_CHECK_BECAUSE(condition, why)                                     \
  do {                                                                       \
    if (!(condition)) [[unlikely]]                                           \
      ::ringlab::internal::CheckFailed(#condition, __FILE__, __LINE__, why); \
  } while (false)
