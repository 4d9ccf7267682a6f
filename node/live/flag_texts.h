// Flags as text: how a config file is read, and how --help is laid out. Header-only, with
// node/live/flags.h.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <istream>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "node/live/toml_file.h"

namespace ringlab {

// Config files by toml++: CLI11's own reader lets a second line for a flag, a quote that does not
// end and a line that says nothing pass in silence.
class StrictToml final : public CLI::ConfigTOML {
 public:
  std::vector<CLI::ConfigItem> from_config(std::istream& file) const override {
    const std::string text(std::istreambuf_iterator<char>(file), {});
    if (file.bad()) throw CLI::FileError("it cannot be read; expected a file");
    auto entries = ParseToml(text);
    if (!entries) throw CLI::FileError(entries.error().message);
    std::vector<CLI::ConfigItem> read;
    for (TomlEntry& entry : *entries) {
      read.push_back({.parents = {}, .name = entry.key, .inputs = std::move(entry.values)});
    }
    return read;
  }

  std::string to_flag(const CLI::ConfigItem& item) const override {
    if (item.inputs == std::vector<std::string>{"true"}) return "true";
    if (item.inputs == std::vector<std::string>{"false"}) return "false";
    throw CLI::FileError(item.name + ": expected true or false");
  }
};

// Help no line of which is wider than 100 columns: descriptions are wrapped wherever they broke.
class WrappedHelp final : public CLI::Formatter {
 public:
  // CLI11 puts two empty lines between groups.
  std::string make_group(std::string heading, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    const bool first = heading == "Options";
    return CLI::Formatter::make_group(std::move(heading), is_positional, std::move(options))
        .substr(first ? 0 : 1);
  }

  std::string make_option_desc(const CLI::Option* option) const override {
    constexpr std::size_t kColumns = 100;
    std::string wrapped;
    std::size_t column = get_column_width();
    std::istringstream words(option->get_description());
    for (std::string word; words >> word;) {
      const bool fits = column + 1 + word.size() <= kColumns;
      if (!fits) column = get_column_width();
      if (!wrapped.empty()) wrapped += fits ? ' ' : '\n';
      wrapped += word;
      column += word.size() + 1;
    }
    return wrapped;
  }
};

// An argument that was not expected may be a URL with a password, after a flag that was misspelt.
inline std::string WithoutLogins(const std::string& text) {
  std::istringstream words(text);
  std::string all;
  for (std::string word; words >> word;) {
    if (word.find('@') != std::string::npos) word = "(a word with an @)";
    all += (all.empty() ? "" : " ") + word;
  }
  return all;
}

}  // namespace ringlab
