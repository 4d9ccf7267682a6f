// ReadStream: all that is left of a stream. Stateless.
//
// Not by std::istreambuf_iterator, which throws when the file below cannot be read;
// scripts/style.py refuses it.
#pragma once

#include <istream>
#include <optional>
#include <sstream>
#include <string>

namespace ringlab {

// Nothing when it cannot be read, or was not good to begin with.
inline std::optional<std::string> ReadStream(std::istream& stream) {
  if (!stream) return std::nullopt;
  if (stream.peek() == std::istream::traits_type::eof()) {
    return stream.bad() ? std::nullopt : std::optional<std::string>("");
  }
  std::ostringstream text;
  text << stream.rdbuf();
  return text && !stream.bad() ? std::optional(std::move(text).str()) : std::nullopt;
}

}  // namespace ringlab
