// A stored result: what `loadgen --json`, `sim --json`, the benchmarks and the gate write, read
// back.
//
// results/README.md has the schema. Reading is strict about the frame: JSON (which knows no NaN and
// no Infinity), no key twice, schema_version, tool. The rest is results/format/schema.h's. No
// exception leaves.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringlab {

inline constexpr int kSchemaVersion = 1;
inline constexpr std::size_t kResultBytesMax = std::size_t{256} << 20;
inline constexpr int kResultDepthMax = 32;  // of lists and objects in each other

// Fails with kInvalidArgument: truncated or foreign text, a newer schema, no known tool. `name` is
// what the message calls it.
Result<nlohmann::ordered_json> ParseResult(std::string_view text, const std::string& name);

// Likewise, from a file, or from stdin for "-". kNotFound when there is no such file.
Result<nlohmann::ordered_json> ReadResult(const std::string& file);

}  // namespace ringlab
