#include "core/base/trace.h"

#include <algorithm>
#include <cstddef>

namespace ringlab {

namespace {

constexpr std::size_t kParentBytes = 55;      // of version 00: its four fields and three dashes
constexpr std::size_t kParentBytesMax = 256;  // of versions to come, which may say more
constexpr std::size_t kStateBytesMax = 512;

bool IsHex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsZero(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == '0'; });
}

bool IsPrintable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool IsTraceParent(std::string_view text) {
  if (text.size() < kParentBytes || text.size() > kParentBytesMax || !IsPrintable(text)) {
    return false;
  }
  const std::string_view version = text.substr(0, 2);
  const std::string_view trace_id = text.substr(3, 32);
  const std::string_view parent_id = text.substr(36, 16);
  const std::string_view flags = text.substr(53, 2);
  const bool dashes = text[2] == '-' && text[35] == '-' && text[52] == '-';
  const bool end = text.size() == kParentBytes || (version != "00" && text[kParentBytes] == '-');
  return dashes && end && IsHex(version) && version != "ff" && IsHex(trace_id) &&
         !IsZero(trace_id) && IsHex(parent_id) && !IsZero(parent_id) && IsHex(flags);
}

}  // namespace

Trace ReadTrace(std::string_view parent, std::string_view state) {
  if (!IsTraceParent(parent)) return nullptr;
  if (state.size() > kStateBytesMax || !IsPrintable(state)) state = {};
  return std::make_shared<const TraceContext>(
      TraceContext{.parent = std::string(parent), .state = std::string(state)});
}

}  // namespace ringlab
