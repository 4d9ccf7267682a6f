// Programs that the gate runs to their end: compilers, git, benchmarks, valgrind.
//
// A Ctrl-C ends the program that runs, with all that it started, before RunToEnd returns. Not
// thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace ringlab {

// Whether somebody asked for an early end; null where nothing may be cut short.
using StopAsked = std::function<bool()>;

struct Command {
  std::vector<std::string> argv;  // the program is looked for in PATH
  std::string directory = {};     // where it runs; empty: here
  // Its whole environment; ours when absent.
  std::optional<std::vector<std::string>> environment = {};
};

struct Finished {
  int exit_code = 0;  // 128 + the signal that ended it
  std::string output;
  std::string errors;
};

inline constexpr std::size_t kOutputBytesMax = std::size_t{64} << 20;

// Errors: kUnavailable when it cannot be started, kCancelled when `stop` said so while it ran,
// kResourceExhausted when it wrote more than kOutputBytesMax. A program that fails is no error.
Result<Finished> RunToEnd(const Command& command, const StopAsked& stop);

// Likewise, but its failing is an error, kInternal, with the end of what it said.
Result<std::string> OutputOf(const Command& command, const StopAsked& stop);

// The last lines of what a program said, for a message.
std::string LastLines(const std::string& text, std::size_t lines = 12);

// All of a file; kNotFound.
Result<std::string> ReadWholeFile(const std::string& file);

}  // namespace ringlab
