// The statuses of gRPC: as numbers in grpc-status, and made up from what HTTP/2 says when a peer
// gives none (http-grpc-status-mapping.md and PROTOCOL-HTTP2.md of gRPC).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/result.h"

namespace ringlab {

// "0" to "16". A code is one of ours; 0 is OK.
std::string_view StatusText(Code code);
inline constexpr std::string_view kStatusOk = "0";

// What a reply's grpc-status says: nothing is OK; a text that is no status is kUnknown.
std::optional<Code> ReadStatus(std::string_view text);

// For a reply without grpc-status, by its HTTP status.
Code CodeOfHttp(int status);

// For a stream that was reset, by its RST_STREAM code.
Code CodeOfReset(std::uint32_t error_code);

// "REFUSED_STREAM" and so on; "an unknown code" for others.
std::string_view ResetName(std::uint32_t error_code);

}  // namespace ringlab
