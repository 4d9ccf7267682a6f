// Markup: text made safe to stand in a page, and numbers as its geometry writes them.
//
// Pure, and independent of the locale: the same arguments give the same bytes.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace ringlab::html {

// For the text of an element and for an attribute in quotation marks: & < > " ' become references,
// control codes and bytes that are no UTF-8 become U+FFFD. So no name can end an element, whatever
// it is.
std::string Escape(std::string_view text);

// Escaped, and cut after kNameColumns characters: a key may be as long as it likes.
inline constexpr std::size_t kNameColumns = 64;
std::string Name(std::string_view text);

// "12.3": at most so many decimals, none that are 0. 0 for what is not finite.
std::string Decimal(double number, int decimals);

// <name attribute="value" …>inside</name>. Values are escaped; `inside` is markup already.
using Attributes = std::initializer_list<std::pair<const char*, std::string>>;
std::string Element(const char* name, const Attributes& attributes, const std::string& inside = "");

// JSON text that may stand inside a <script> element: every < is written \u003c.
std::string ScriptSafe(const nlohmann::ordered_json& json);

}  // namespace ringlab::html
