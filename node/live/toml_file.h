// TOML, as much of it as settings need: keys and their values.
//
// A value is a text, a number, true or false, or a [list] of these; whatever else TOML has (tables,
// dates, lists in lists) is refused, since no flag could take it. Errors name the line and the key,
// and never show a value, which may be a secret. Read by toml++.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringlab {

struct TomlEntry {
  std::string key;
  std::vector<std::string> values;  // of a text, its bytes; of anything else, as TOML writes it
  std::size_t line = 0;             // from 1
};

// The entries in their order; kInvalidArgument for what is none.
Result<std::vector<TomlEntry>> ParseToml(std::string_view text);

}  // namespace ringlab
