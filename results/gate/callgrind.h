// Callgrind's dumps (format version 1): what each function spent itself, and all of them together.
//
// Only what our own runs write is read: one event (instructions), one position (line). Anything
// else is an error, never a guess. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringlab {

struct CallgrindDump {
  std::string trigger = {};  // the name that the program gave the dump; empty if it ended by itself
  std::uint64_t total = 0;
  std::map<std::string, std::uint64_t> self = {};  // by ShortFunctionName; the sum is `total`
};

// kInvalidArgument, with the line, for text that is no such dump or whose costs do not add up.
Result<CallgrindDump> ParseCallgrind(std::string_view text);

// A demangled name without our namespace, its arguments, and what the compiler appends to clones:
// "ringlab::Group::Get(ringlab::GetRequest const&, …) [clone .cold]" -> "Group::Get".
std::string ShortFunctionName(std::string_view demangled);

}  // namespace ringlab
