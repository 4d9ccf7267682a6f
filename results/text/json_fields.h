// Fields of a result, read without trust: what is absent or of another type is empty, never an
// exception and never a 0 that nobody measured.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringlab::html {

using Json = nlohmann::ordered_json;

// The value at a path such as "config/ring" ("/" between names), or a null.
const Json& At(const Json& json, std::string_view path);

std::optional<double> NumberAt(const Json& json, std::string_view path);  // finite
std::string TextAt(const Json& json, std::string_view path);              // "" when there is none
bool TrueAt(const Json& json, std::string_view path);

// A number for each element, NaN where an element is none; empty when there is no array.
std::vector<double> ColumnAt(const Json& json, std::string_view path);

// The elements of an array, or nothing to iterate over.
const Json& ListAt(const Json& json, std::string_view path);

}  // namespace ringlab::html
