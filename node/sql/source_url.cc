#include "node/sql/source_url.h"

#include "core/parse.h"

namespace ringlab {

namespace {

constexpr std::size_t kParametersMax = 32;

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
      error = Refusal("port \"" + std::string(port) + "\": expected a number from 1 to 65535");
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

// Generous: what a misplaced slash, space or question mark in a password cuts off is hidden too.
std::string Redacted(std::string_view text) {
  std::string shown(text);
  for (std::size_t from = 0;;) {
    const std::size_t slashes = shown.find("://", from);
    if (slashes == std::string::npos) break;
    const std::size_t begin = slashes + 3;
    const std::size_t at = shown.rfind('@');
    const std::size_t colon = shown.find(':', begin);
    from = begin;
    if (at == std::string::npos || at < begin || colon == std::string::npos || colon > at) continue;
    shown.replace(colon + 1, at - colon - 1, "***");
  }
  for (const std::string_view name : {"password=", "passwd=", "pwd="}) {
    for (std::size_t at = shown.find(name); at != std::string::npos; at = shown.find(name, at)) {
      at += name.size();
      const std::size_t end = shown.find_first_of("& \t\n\"", at);
      shown.replace(at, end == std::string::npos ? end : end - at, "***");
    }
  }
  return shown;
}

}  // namespace ringlab
