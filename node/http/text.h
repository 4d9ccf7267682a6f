// HttpText: what stands in a URL and in a form, escaped and not. Pure functions over hostile bytes.
//
// Escapes are RFC 3986's: "%" and two hexadecimal digits for any byte, "%00" included, because a
// key is bytes. Anything else after a "%" is refused, not passed on as it is: a client that means
// it would get the value of another key.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace ringlab {

// Whether two texts are the same but for the case of ASCII letters: names of fields, media types.
bool SameText(std::string_view a, std::string_view b);

// What "+" stands for: itself, as in a path by the standard; or a space, as in a form, and in the
// paths that golang/groupcache's clients write (url.QueryEscape).
enum class Plus { kPlus, kSpace };

// The bytes that `text` stands for. kInvalidArgument for an escape that is none.
Result<std::string> Unescape(std::string_view text, Plus plus);

// So that Unescape, with either meaning of "+", and Go's net/url give back the same bytes: all but
// letters, digits and "-_.~" are escaped, a space as "%20".
std::string Escape(std::string_view bytes);

// The target of a request line. Views into it.
struct HttpTarget {
  std::string_view path;   // still escaped; "/" at least, unless it is none
  std::string_view query;  // still escaped, without the "?"
};

// "/path?query", or the same behind "http://host" as a proxy sends it; from "#" on it is dropped.
HttpTarget SplitTarget(std::string_view target);

// The fields of a form or a query, in their order.
using HttpForm = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::size_t kFormFieldsMax = 64;

// "a=1&b=2": application/x-www-form-urlencoded. Empty parts are passed over. kInvalidArgument for
// an escape that is none, and for more than kFormFieldsMax fields.
Result<HttpForm> ParseForm(std::string_view text);

// The first field of that name, or null.
const std::string* FindField(const HttpForm& form, std::string_view name);

// A key as a peer asks for it: "GROUP/KEY", each escaped, the key perhaps with slashes that are
// not. kInvalidArgument, with the words of groupcache, when there is no slash.
struct PeerPath {
  std::string group;
  std::string key;
};
Result<PeerPath> ParsePeerPath(std::string_view path);

}  // namespace ringlab
