#include "node/wire/answer.h"

#include <array>
#include <charconv>

namespace ringlab {

namespace {

void AppendNumber(std::string& text, std::int64_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

void AppendHex(std::string& text, std::uint64_t number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(number >> shift) & 15];
}

// Metadata is printable ASCII, and ours has two signs of its own.
void AppendEscaped(std::string& text, std::string_view name) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte < 0x7f && c != '%' && c != ';' && c != '=') {
      text += c;
    } else {
      text += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
}

}  // namespace

std::string Answer::ToText() const {
  std::string text;
  text.reserve(96);
  if (level) {
    text += "level=";
    text += LevelName(*level);
    text += ';';
  }
  text += "owner=";
  AppendEscaped(text, owner);
  text += ";ring=";
  AppendHex(text, ring);
  if (age) {
    text += ";age_ms=";
    AppendNumber(text, std::chrono::duration_cast<std::chrono::milliseconds>(*age).count());
  }
  text += ";us=";
  AppendNumber(text, std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  return text;
}

}  // namespace ringlab
