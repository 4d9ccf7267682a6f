#include "node/sql/source_url.h"

#include <algorithm>
#include <array>

#include "core/base/parse.h"

namespace ringlab {

namespace {

constexpr std::size_t kParametersMax = 32;
constexpr std::string_view kEscapes =
    "in a user or a password / is written %2F, ? %3F, @ %40 and : %3A";

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsUnreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// What stands there is not repeated: it may be a part of a password.
Result<std::string> Decoded(std::string_view text, std::string_view part) {
  std::string bytes;
  if (text.find('\0') != std::string_view::npos) {
    return Fail(Code::kInvalidArgument, "expected no NUL byte in its " + std::string(part));
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      bytes += text[at];
      continue;
    }
    const int high = at + 2 < text.size() ? HexDigit(text[at + 1]) : -1;
    const int low = high >= 0 ? HexDigit(text[at + 2]) : -1;
    if (low < 0 || (high == 0 && low == 0)) {
      return Fail(Code::kInvalidArgument, "expected two hexadecimal digits after each % of its " +
                                              std::string(part) +
                                              ", and not 00; a percent sign itself is %25");
    }
    bytes += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return bytes;
}

bool Take(Result<std::string> decoded, std::string& field, Error& error) {
  if (!decoded) {
    error = std::move(decoded.error());
    return false;
  }
  field = *std::move(decoded);
  return true;
}

Error Refusal(std::string message) { return {Code::kInvalidArgument, std::move(message)}; }

// "HOST", "HOST:PORT", "[::1]:PORT".
bool TakeHost(std::string_view text, SourceUrl& url, Error& error) {
  std::string_view host = text;
  std::string_view port;
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  const std::size_t colon = bracket == std::string_view::npos ? bracket : text.find(':', bracket);
  if (colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    const auto number = ParseCount(port);
    if (!number || *number == 0 || *number > 65'535) {
      // What stands there is not repeated: of a password with a slash in it this is the beginning.
      error = Refusal("its port: expected a number from 1 to 65535; " + std::string(kEscapes));
      return false;
    }
    url.port = static_cast<std::uint16_t>(*number);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return Take(Decoded(host, "host"), url.host, error);
}

// "USER[:PASSWORD]@HOST[:PORT]".
bool TakeAuthority(std::string_view text, SourceUrl& url, Error& error) {
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    const std::string_view login = text.substr(0, at);
    const auto [user, password] = SplitOnce(login, ':');
    if (!Take(Decoded(user, "user"), url.user, error)) return false;
    if (user.size() < login.size() &&
        !Take(Decoded(password, "password"), url.password.emplace(), error)) {
      return false;
    }
    text.remove_prefix(at + 1);
  }
  return TakeHost(text, url, error);
}

bool TakeParameters(std::string_view text, SourceUrl& url, Error& error) {
  for (const std::string_view part : SplitAt(text, '&')) {
    if (part.empty()) continue;
    if (url.parameters.size() == kParametersMax) {
      error = Refusal("expected at most " + std::to_string(kParametersMax) + " parameters");
      return false;
    }
    auto& [name, value] = url.parameters.emplace_back();
    const auto [its_name, its_value] = SplitOnce(part, '=');
    if (!Take(Decoded(its_name, "parameters"), name, error) ||
        !Take(Decoded(its_value, "parameters"), value, error)) {
      return false;
    }
  }
  return true;
}

}  // namespace

Result<SourceUrl> ParseSourceUrl(std::string_view text) {
  SourceUrl url;
  Error error{};
  std::string_view parameters;
  if (const std::size_t question = text.find('?'); question != std::string_view::npos) {
    parameters = text.substr(question + 1);
    text = text.substr(0, question);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const auto [authority, path] = SplitOnce(text, '/');
    // Only of a password that is not escaped, of which the rest would then be shown.
    if (path.find('@') != std::string_view::npos ||
        parameters.find('@') != std::string_view::npos) {
      return Fail(Code::kInvalidArgument,
                  "an @ after its host: expected %40 there; " + std::string(kEscapes));
    }
    if (!TakeAuthority(authority, url, error)) return tl::unexpected<Error>(error);
    text = path;
  }
  if (!Take(Decoded(text, "path"), url.path, error) || !TakeParameters(parameters, url, error)) {
    return tl::unexpected<Error>(error);
  }
  return url;
}

std::string PercentEncoded(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes) {
    if (IsUnreserved(c)) {
      text += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    text += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

namespace {

constexpr std::string_view kHidden = "***";

bool IsLetterOrDigit(char c) { return IsUnreserved(c) && c != '-' && c != '.' && c != '~'; }

// "mysql", alone or after "--source=".
bool EndsInScheme(std::string_view text) {
  constexpr std::array<std::string_view, 4> kSchemes{"sqlite", "mysql", "postgresql", "postgres"};
  return std::ranges::any_of(kSchemes, [text](std::string_view scheme) {
    if (!text.ends_with(scheme)) return false;
    return text.size() == scheme.size() || !IsLetterOrDigit(text[text.size() - scheme.size() - 1]);
  });
}

std::string InLowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// What may come after a host's colon, or after the first of an IPv6 address.
bool IsPort(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789abcdefABCDEF:");
  if (end != std::string_view::npos && text[end] == ']') {
    text.remove_prefix(end + 1);
    if (text.starts_with(':')) text.remove_prefix(1);
  }
  const std::size_t rest = text.find_first_not_of("0123456789");
  return rest == std::string_view::npos || text[rest] == '/' || text[rest] == '?';
}

// Where a password may begin: after the first colon that is not of a sound scheme's "://".
std::size_t LoginColon(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || !text.substr(colon).starts_with("://") ||
      !EndsInScheme(text.substr(0, colon))) {
    return colon;
  }
  return text.find(':', colon + 3);
}

// The same of a text whose login nothing ends, if it is one: "mysql://tom:secret/db".
std::size_t UnendedColon(std::string_view text) {
  const std::string lower = InLowerCase(text);
  if (lower.find("//") == std::string::npos && lower.find("sql") == std::string::npos &&
      lower.find("postgres") == std::string::npos) {
    return std::string_view::npos;
  }
  std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return colon;
  if (text.substr(colon).starts_with("://") || EndsInScheme(text.substr(0, colon))) {
    colon = text.find(':', colon + 1);
  }
  return colon;
}

}  // namespace

// Generous: what a misplaced slash, colon, space or question mark cuts off is hidden too.
std::string Redacted(std::string_view text) {
  std::string shown(text);
  const std::size_t at = text.rfind('@');
  const std::size_t login = LoginColon(text);
  if (at == std::string_view::npos) {
    const std::size_t colon = UnendedColon(text);
    if (colon != std::string_view::npos) shown.replace(colon + 1, std::string::npos, kHidden);
  } else if (login < at) {
    shown.replace(login + 1, at - login - 1, kHidden);
  } else if (login != std::string_view::npos && !IsPort(text.substr(login + 1))) {
    shown.replace(login + 1, std::string::npos, kHidden);
  }
  const std::string lower = InLowerCase(shown);
  std::size_t value = shown.size();
  for (const std::string_view name : {"password=", "passwd=", "pass=", "pwd=", "pw="}) {
    const std::size_t begin = lower.find(name);
    if (begin != std::string::npos) value = std::min(value, begin + name.size());
  }
  if (value < shown.size()) shown.replace(value, std::string::npos, kHidden);
  return shown;
}

}  // namespace ringlab
