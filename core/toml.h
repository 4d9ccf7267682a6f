// TOML, as much of it as settings need: lines of KEY = VALUE.
//
// A value is a "text", with \" \\ \t \n \r in it, a 'text' as it stands, a number, true or false,
// or a [list] of these that may go over several lines; # begins a comment. Whatever else TOML has
// (sections, dotted keys, dates, """texts""") is refused, and so is a key that comes twice: nothing
// is passed over. Errors name the line and the key, and never show a value, which may be a secret.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace ringlab {

struct TomlEntry {
  std::string key;
  std::vector<std::string> values;  // numbers, true and false as they were written
  std::size_t line = 0;             // from 1
};

// The entries in their order; kInvalidArgument for what is none.
Result<std::vector<TomlEntry>> ParseToml(std::string_view text);

}  // namespace ringlab
