#include "loadgen/trace/fields.h"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <system_error>
#include <utility>

namespace ringlab {

namespace {

constexpr std::pair<std::string_view, TraceOp> kTraceOps[] = {
    {"get", TraceOp::kGet},       {"gets", TraceOp::kGet},   {"get_lease", TraceOp::kGet},
    {"read", TraceOp::kGet},      {"set", TraceOp::kSet},    {"set_lease", TraceOp::kSet},
    {"write", TraceOp::kSet},     {"add", TraceOp::kSet},    {"replace", TraceOp::kSet},
    {"cas", TraceOp::kSet},       {"append", TraceOp::kSet}, {"prepend", TraceOp::kSet},
    {"incr", TraceOp::kSet},      {"decr", TraceOp::kSet},   {"delete", TraceOp::kRemove},
    {"remove", TraceOp::kRemove},
};

bool IsSame(std::string_view text, std::string_view lower_case) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(text, lower_case, {}, lower);
}

// Digits alone, one at least: from_chars takes no space, and for an unsigned number no sign.
template <std::unsigned_integral T>
bool ParseDigits(std::string_view text, T& number) {
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

}  // namespace

bool Fields::Add(std::string_view field) {
  if (size_ == kMax) return false;
  fields_[size_++] = field;
  return true;
}

bool Fields::Split(std::string_view line) {
  size_ = 0;
  if (line.find('"') != std::string_view::npos) return SplitQuoted(line);
  while (true) {
    const std::size_t comma = line.find(',');
    if (!Add(line.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    line.remove_prefix(comma + 1);
  }
}

bool Fields::SplitQuoted(std::string_view line) {
  unquoted_.clear();
  unquoted_.reserve(line.size());  // so that what is in it stays where it is
  while (true) {
    if (!line.starts_with('"')) {
      const std::size_t comma = line.find(',');
      if (!Add(line.substr(0, comma))) return false;
      if (comma == std::string_view::npos) return true;
      line.remove_prefix(comma + 1);
      continue;
    }
    const std::size_t begin = unquoted_.size();
    line.remove_prefix(1);
    while (true) {
      const std::size_t quote = line.find('"');
      if (quote == std::string_view::npos) return false;
      unquoted_.append(line.substr(0, quote));
      line.remove_prefix(quote + 1);
      if (!line.starts_with('"')) break;
      unquoted_.push_back('"');
      line.remove_prefix(1);
    }
    if (!Add(std::string_view(unquoted_).substr(begin))) return false;
    if (line.empty()) return true;
    if (!line.starts_with(',')) return false;
    line.remove_prefix(1);
  }
}

bool LooksLikeNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

const char* ParseTraceTime(std::string_view text, Duration& time) {
  constexpr const char* kAccepted =
      "a time that is no time; expected seconds from 0 to 4294967295, with 9 decimals at most";
  constexpr std::size_t kDecimals = 9;
  const std::size_t point = std::min(text.find('.'), text.size());
  std::uint32_t seconds = 0;
  if (!ParseDigits(text.substr(0, point), seconds)) return kAccepted;
  std::uint64_t nanoseconds = 0;
  if (point < text.size()) {
    const std::string_view decimals = text.substr(point + 1);
    if (decimals.size() > kDecimals || !ParseDigits(decimals, nanoseconds)) return kAccepted;
    for (std::size_t i = decimals.size(); i < kDecimals; ++i) nanoseconds *= 10;
  }
  time = std::chrono::seconds(seconds) + Duration(static_cast<std::int64_t>(nanoseconds));
  return nullptr;
}

const char* ParseTraceKey(std::string_view text, std::string_view& key) {
  if (text.empty() || text.size() > TraceRecord::kKeyMax) {
    return "a key that is empty or too long; expected 1 to 32767 bytes";
  }
  key = text;
  return nullptr;
}

const char* ParseTraceSize(std::string_view text, std::uint64_t& bytes) {
  if (ParseDigits(text, bytes) && bytes <= TraceRecord::kSizeMax) return nullptr;
  return "a size that is none; expected whole bytes, 0 to 1099511627776";
}

const char* ParseTraceTtl(std::string_view text, std::uint64_t& seconds) {
  if (ParseDigits(text, seconds) && seconds <= TraceRecord::kTtlMax) return nullptr;
  return "a time to live that is none; expected whole seconds, 0 for none, up to a hundred years";
}

const char* ParseTraceCount(std::string_view text, std::uint32_t& count) {
  if (ParseDigits(text, count) && count >= 1 && count <= TraceRecord::kCountMax) return nullptr;
  return "a count of operations that is none; expected 1 to 1000000";
}

const char* ParseTraceOp(std::string_view text, TraceOp& op) {
  for (const auto& [name, means] : kTraceOps) {
    if (!IsSame(text, name)) continue;
    op = means;
    return nullptr;
  }
  return "an unknown operation; expected get, gets, set, add, replace, cas, append, prepend, incr, "
         "decr, delete, GET_LEASE, SET_LEASE, read, write or remove";
}

}  // namespace ringlab
