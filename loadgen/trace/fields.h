// The fields of a line of a trace: split at commas, and read as what they are.
//
// Allocates only for lines with quotes. Errors say what is accepted; who calls adds the place.
// Fields is not thread-safe, the functions are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "loadgen/trace/record.h"

namespace ringlab {

class Fields {
 public:
  static constexpr std::size_t kMax = 64;  // of a line

  // The fields of `line`, which must outlive them; those in double quotes without these, and with
  // one for two (RFC 4180). False for a quote that does not end, or that more follows than a comma,
  // and for more than kMax fields.
  bool Split(std::string_view line);

  std::size_t size() const { return size_; }
  std::string_view at(std::size_t index) const { return fields_.at(index); }

 private:
  bool Add(std::string_view field);
  bool SplitQuoted(std::string_view line);

  std::array<std::string_view, kMax> fields_;
  std::size_t size_ = 0;
  std::string unquoted_;  // the fields in quotes, without them
};

// Digits and points alone, as a time or a size is and no column's name.
bool LooksLikeNumber(std::string_view text);

// Each returns what is wrong with `text` and what is accepted, or nullptr and the value.
const char* ParseTraceTime(std::string_view text, Duration& time);  // "12", "12.345678901": seconds
const char* ParseTraceKey(std::string_view text, std::string_view& key);
const char* ParseTraceSize(std::string_view text, std::uint64_t& bytes);
const char* ParseTraceTtl(std::string_view text, std::uint64_t& seconds);
const char* ParseTraceCount(std::string_view text, std::uint32_t& count);

// In capitals or not: get, gets, get_lease are gets; set, add, replace, cas, append, prepend, incr,
// decr, set_lease are sets; delete, remove are removes. "read" and "write" are a get and a set.
const char* ParseTraceOp(std::string_view text, TraceOp& op);

}  // namespace ringlab
