#include "node/live/toml_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace ringlab {

namespace {

constexpr const char* kAccepted =
    "expected a \"text\", a number, true or false, or a [list] of these";

std::string AtLine(std::size_t line) { return "line " + std::to_string(line) + ": "; }

std::string_view LineOf(std::string_view text, std::size_t line) {
  for (; line > 1; --line) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

// The key that a line begins with, or "".
std::string KeyOf(std::string_view line) {
  constexpr std::string_view kKeyBytes =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return std::string(line.substr(0, line.find_first_not_of(kKeyBytes)));
}

// What toml++ says, which shows one byte of a value at the most, without what it was about.
Error Explained(const toml::parse_error& error, std::string_view text) {
  const std::size_t line = error.source().begin.line;
  const std::string key = KeyOf(LineOf(text, line));
  std::string_view why = error.description();
  if (why.find("redefine") != std::string_view::npos) {
    return {Code::kInvalidArgument, AtLine(line) + key + " comes twice; expected each key once"};
  }
  const std::size_t colon = why.find(": ");
  if (colon != std::string_view::npos) why.remove_prefix(colon + 2);
  return {Code::kInvalidArgument,
          AtLine(line) + key + (key.empty() ? "" : ": ") + std::string(why) + "; " + kAccepted};
}

// False for what no flag can take.
bool Append(const toml::node& node, std::vector<std::string>& values) {
  if (const auto* text = node.as_string()) {
    values.push_back(text->get());
    return true;
  }
  if (!node.is_number() && !node.is_boolean()) return false;
  std::ostringstream written;
  node.visit([&](const auto& value) { written << value; });
  values.push_back(std::move(written).str());
  return true;
}

bool AppendAll(const toml::node& node, std::vector<std::string>& values) {
  const auto* const list = node.as_array();
  if (list == nullptr) return Append(node, values);
  return std::ranges::all_of(*list, [&](const toml::node& each) { return Append(each, values); });
}

}  // namespace

Result<std::vector<TomlEntry>> ParseToml(std::string_view text) {
  std::vector<TomlEntry> entries;
  try {
    const toml::table table = toml::parse(text);
    for (const auto& [key, node] : table) {
      TomlEntry entry{.key = std::string(key.str()), .values = {}, .line = key.source().begin.line};
      if (node.is_table()) {
        return Fail(Code::kInvalidArgument, AtLine(entry.line) + entry.key +
                                                ": a table; expected lines of KEY = VALUE alone");
      }
      if (!AppendAll(node, entry.values)) {
        return Fail(Code::kInvalidArgument, AtLine(entry.line) + entry.key + ": " + kAccepted);
      }
      entries.push_back(std::move(entry));
    }
  } catch (const toml::parse_error& error) {
    return tl::unexpected<Error>(Explained(error, text));
  }
  std::ranges::stable_sort(entries, {}, &TomlEntry::line);
  return entries;
}

}  // namespace ringlab
