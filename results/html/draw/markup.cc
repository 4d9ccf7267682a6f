#include "results/html/draw/markup.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "results/text/text_page.h"

namespace ringlab::html {

std::string Escape(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const std::size_t size = text_page::CharacterAt(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(size, 1));
    text.remove_prefix(character.size());
    if (size == 0) {
      safe += character == "\n" || character == "\t" ? character : "\xef\xbf\xbd";
    } else if (character == "&") {
      safe += "&amp;";
    } else if (character == "<") {
      safe += "&lt;";
    } else if (character == ">") {
      safe += "&gt;";
    } else if (character == "\"") {
      safe += "&quot;";
    } else if (character == "'") {
      safe += "&#39;";
    } else {
      safe += character;
    }
  }
  return safe;
}

std::string Name(std::string_view text) {
  std::string_view rest = text;
  for (std::size_t i = 0; i < kNameColumns && !rest.empty(); ++i) {
    rest.remove_prefix(std::max<std::size_t>(text_page::CharacterAt(rest), 1));
  }
  if (rest.empty()) return Escape(text);
  return Escape(text.substr(0, text.size() - rest.size())) + "…";
}

std::string Decimal(double number, int decimals) {
  if (!std::isfinite(number)) return "0";
  std::array<char, 400> text{};  // a double has at most 309 digits before the point
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number,
                                 std::chars_format::fixed, decimals);
  std::string digits(text.data(), end.ptr);
  if (digits.find('.') != std::string::npos) {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
  }
  return digits == "-0" ? "0" : digits;
}

std::string Element(const char* name, const Attributes& attributes, const std::string& inside) {
  std::string markup = std::string("<") + name;
  for (const auto& [attribute, value] : attributes) {
    markup += std::string(" ") + attribute + "=\"" + Escape(value) + '"';
  }
  return markup + '>' + inside + "</" + name + '>';
}

std::string ScriptSafe(const nlohmann::ordered_json& json) {
  constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
  std::string safe;
  for (const char c : json.dump(-1, ' ', false, kReplace)) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace ringlab::html
