// A stored result: what `loadgen --json`, `sim --json` and the benchmarks write, read back.
//
// results/README.md has the schema. Reading is strict about the frame (JSON, schema_version, tool)
// and leaves the rest to who uses it. No exception leaves.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/result.h"

namespace ringlab {

inline constexpr int kSchemaVersion = 1;

// Fails with kInvalidArgument: truncated or foreign text, a newer schema, no known tool. `name` is
// what the message calls it.
Result<nlohmann::ordered_json> ParseResult(std::string_view text, const std::string& name);

// Likewise, from a file, or from stdin for "-". kNotFound when there is no such file.
Result<nlohmann::ordered_json> ReadResult(const std::string& file);

}  // namespace ringlab
