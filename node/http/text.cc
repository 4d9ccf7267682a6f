#include "node/http/text.h"

#include <algorithm>

#include "core/base/parse.h"

namespace ringlab {

namespace {

// The value of a hexadecimal digit, or -1.
int Digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

}  // namespace

bool SameText(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
    return lower(x) == lower(y);
  });
}

Result<std::string> Unescape(std::string_view text, Plus plus) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::kSpace) {
      bytes += ' ';
      continue;
    }
    if (text[i] != '%') {
      bytes += text[i];
      continue;
    }
    const int high = i + 1 < text.size() ? Digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? Digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return Fail(Code::kInvalidArgument, "the escape \"" + Escape(text.substr(i, 3)) +
                                              "\" (itself escaped): expected % and two "
                                              "hexadecimal digits");
    }
    bytes += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return bytes;
}

std::string Escape(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  text.reserve(bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (IsPlain(c)) {
      text += c;
    } else {
      text += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return text;
}

HttpTarget SplitTarget(std::string_view target) {
  target = target.substr(0, target.find('#'));
  constexpr std::string_view kScheme = "http://";
  if (target.starts_with(kScheme)) {
    const std::size_t slash = target.find_first_of("/?", kScheme.size());
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  const auto [path, query] = SplitOnce(target, '?');
  return {.path = path.empty() && !target.empty() ? "/" : path, .query = query};
}

Result<HttpForm> ParseForm(std::string_view text) {
  HttpForm form;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    if (form.size() == kFormFieldsMax) {
      return Fail(Code::kInvalidArgument,
                  "a form of more fields than " + std::to_string(kFormFieldsMax));
    }
    const auto [name, value] = SplitOnce(part, '=');
    auto plain_name = Unescape(name, Plus::kSpace);
    if (!plain_name) return tl::unexpected<Error>(plain_name.error());
    auto plain_value = Unescape(value, Plus::kSpace);
    if (!plain_value) return tl::unexpected<Error>(plain_value.error());
    form.emplace_back(*std::move(plain_name), *std::move(plain_value));
  }
  return form;
}

const std::string* FindField(const HttpForm& form, std::string_view name) {
  const auto field =
      std::ranges::find_if(form, [&](const auto& each) { return each.first == name; });
  return field == form.end() ? nullptr : &field->second;
}

// Go's servers cut the path where it is decoded already, so for them an escaped slash in a group's
// name ends it; ours takes the name as the client meant it.
Result<PeerPath> ParsePeerPath(std::string_view path) {
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return Fail(Code::kInvalidArgument, "bad request");
  auto group = Unescape(path.substr(0, slash), Plus::kSpace);
  if (!group) return tl::unexpected<Error>(group.error());
  auto key = Unescape(path.substr(slash + 1), Plus::kSpace);
  if (!key) return tl::unexpected<Error>(key.error());
  return PeerPath{.group = *std::move(group), .key = *std::move(key)};
}

}  // namespace ringlab
