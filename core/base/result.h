// Errors are values: Result<T> is a T or an Error{code, message}.
//
// Codes are numerically gRPC's (node/wire/wire.cc asserts it), so that crossing the wire is a cast.
// A message says what was attempted on what: `fetch key "k" from n3: deadline of 50 ms passed`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace ringlab {

enum class Code : std::uint8_t {
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

// "NOT_FOUND" and so on, the spelling that gRPC tools print.
std::string_view CodeName(Code code);

struct Error {
  Code code;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = tl::expected<T, Error>;

// `return Fail(Code::kNotFound, "no group \"x\"");` converts to any Result<T>.
inline tl::unexpected<Error> Fail(Code code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace ringlab
