// Percent-encoding of grpc-message (PROTOCOL-HTTP2.md): bytes outside of 0x20 to 0x7E, and '%', as
// %XX.
#pragma once

#include <string>
#include <string_view>

namespace ringlab {

std::string EncodedMessageText(std::string_view text);

// Never fails: a broken escape stays as it is.
std::string DecodedMessageText(std::string_view text);

}  // namespace ringlab
