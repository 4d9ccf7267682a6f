// SourceUrl: "SCHEME://USER[:PASSWORD]@HOST[:PORT]/PATH?NAME=VALUE&…", taken apart and decoded.
//
// The grammar is RFC 3986's, as far as databases use it: %XX stands for a byte, in a parameter "+"
// is a plus sign; after the host an @ must be %40, so that no part of a password with a slash or a
// question mark passes for a path or a parameter. Pure. No error repeats what it is about.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace ringlab {

struct SourceUrl {
  std::string user;
  std::optional<std::string> password;
  std::string host;
  std::optional<std::uint16_t> port;
  std::string path;  // without its first slash
  std::vector<std::pair<std::string, std::string>> parameters;
};

// Of what comes after "SCHEME:"; both the authority ("//USER@HOST/") and the parameters are
// optional here.
Result<SourceUrl> ParseSourceUrl(std::string_view text);

// "a%20b" for "a b": what ParseSourceUrl takes for these bytes in any place.
std::string PercentEncoded(std::string_view bytes);

// `text` with *** for what is a password in it, or may be one if the rest is wrong: for errors,
// logs and command lines that are shown. That is what stands between the first colon, but for that
// of "mysql://" and the like, and the last @; without an @, what follows the colon of a URL's host
// that is no port; and what follows "password=". Other texts come back as they are.
std::string Redacted(std::string_view text);

}  // namespace ringlab
