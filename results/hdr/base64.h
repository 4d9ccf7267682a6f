// Base64 (RFC 4648, section 4): the standard alphabet, with padding, without line breaks.
//
// HdrHistogram writes its text so, and no package of the system offers it to C++.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ringlab {

std::string EncodeBase64(std::string_view bytes);

// Absent when `text` is no base64: another character, a length that is no multiple of four, or bits
// in its padding. So every text that is accepted is the one that EncodeBase64() would write.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace ringlab
