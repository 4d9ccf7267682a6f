#include "node/h2/frames/status.h"

#include <nghttp2/nghttp2.h>

#include <array>
#include <cstddef>

namespace ringlab {

namespace {

constexpr std::array<std::string_view, 17> kTexts = {
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"};

}  // namespace

std::string_view StatusText(Code code) { return kTexts.at(static_cast<std::size_t>(code)); }

std::optional<Code> ReadStatus(std::string_view text) {
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    if (text != kTexts[i]) continue;
    if (i == 0) return std::nullopt;
    return static_cast<Code>(i);
  }
  return Code::kUnknown;
}

Code CodeOfHttp(int status) {
  switch (status) {
    case 400: return Code::kInternal;
    case 401: return Code::kUnauthenticated;
    case 403: return Code::kPermissionDenied;
    case 404: return Code::kUnimplemented;
    case 429:
    case 502:
    case 503:
    case 504: return Code::kUnavailable;
    case 431: return Code::kInternal;
    default: return Code::kUnknown;
  }
}

Code CodeOfReset(std::uint32_t error_code) {
  switch (error_code) {
    case NGHTTP2_REFUSED_STREAM: return Code::kUnavailable;
    case NGHTTP2_CANCEL: return Code::kCancelled;
    case NGHTTP2_ENHANCE_YOUR_CALM: return Code::kResourceExhausted;
    case NGHTTP2_INADEQUATE_SECURITY: return Code::kPermissionDenied;
    case NGHTTP2_HTTP_1_1_REQUIRED: return Code::kUnknown;
    default: return Code::kInternal;
  }
}

std::string_view ResetName(std::uint32_t error_code) {
  if (error_code > NGHTTP2_HTTP_1_1_REQUIRED) return "an unknown code";
  return nghttp2_http2_strerror(error_code);
}

}  // namespace ringlab
