// Utf8: names are bytes, and what reads our texts takes UTF-8 alone.
#pragma once

#include <string>
#include <string_view>

namespace ringlab {

// The text as it is, but for bytes that are no UTF-8 (RFC 3629): these become "\xHH", so that two
// names stay two.
std::string AsUtf8(std::string_view text);

}  // namespace ringlab
