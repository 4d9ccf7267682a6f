#include "node/live/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <istream>
#include <iterator>
#include <memory>
#include <sstream>
#include <vector>

#include "core/base/parse.h"
#include "core/base/read_stream.h"
#include "node/live/toml_file.h"
#include "node/live/version.h"

namespace ringlab {

namespace {

// Config files by toml++: CLI11's own reader lets a second line for a flag, a quote that does not
// end and a line that says nothing pass in silence.
class StrictToml final : public CLI::ConfigTOML {
 public:
  std::vector<CLI::ConfigItem> from_config(std::istream& file) const override {
    const auto text = ReadStream(file);
    if (!text) throw CLI::FileError("it cannot be read; expected a file");
    auto entries = ParseToml(*text);
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
std::string WithoutLogins(const std::string& text) {
  std::istringstream words(text);
  std::string all;
  for (std::string word; words >> word;) {
    if (word.find('@') != std::string::npos) word = "(a word with an @)";
    all += (all.empty() ? "" : " ") + word;
  }
  return all;
}

}  // namespace

void AddCommonFlags(CLI::App& app) {
  app.formatter(std::make_shared<WrappedHelp>());
  app.config_formatter(std::make_shared<StrictToml>());
  app.set_version_flag("--version", app.get_name() + " " + kVersion, "Print the version and exit");
  app.set_config("--config", "", "Read flags from a TOML file: names without the dashes");
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.get_formatter()->column_width(34);
  app.footer(kExitCodesHelp);
}

void BeginSection(CLI::App& app, const std::string& heading) {
  app.option_defaults()->group(heading);
}

CLI::Option* AddTextFlag(CLI::App& app, const std::string& name, TakeFlag take,
                         const std::string& description, const std::string& metavar,
                         const std::string& shown) {
  auto checked = [take = std::move(take), name](const std::string& text) {
    const auto taken = take(text);
    if (!taken) throw CLI::ValidationError(name, taken.error().message);
  };
  CLI::Option* option = app.add_option_function<std::string>(name, checked, description);
  option->type_name(metavar);
  if (!shown.empty()) option->default_str(shown);
  return option;
}

Result<std::string> ParseRing(const std::string& text) {
  std::string accepted;
  for (const std::string_view dialect : RingDialects()) {
    accepted += (accepted.empty() ? "" : ", ") + std::string(dialect);
  }
  if (FindRingKind(text) == nullptr) {
    return Fail(Code::kInvalidArgument, "\"" + text + "\": expected one of " + accepted);
  }
  const auto ring = BuildRing({.dialect = text}, {{.name = "any"}});
  if (!ring) return Fail(Code::kInvalidArgument, ring.error().message);
  return text;
}

void AddRingFlags(CLI::App& app, RingSpec& ring) {
  auto parse_replicas = [](const std::string& text) -> Result<std::uint32_t> {
    const auto count = ParseCount(text);
    if (count && *count > 0 && *count <= kMaxReplicas) return static_cast<std::uint32_t>(*count);
    return Fail(Code::kInvalidArgument, "\"" + text + "\": expected a whole number from 1 to " +
                                            std::to_string(kMaxReplicas));
  };
  AddFlag(app, "--ring", ring.dialect, ParseRing,
          "How keys find their owner: xx64, crc32-prefix as in groupcache, or another\n"
          "kind that `sim --ring all` compares",
          "RING", ring.dialect);
  AddFlag(app, "--replicas", ring.replicas, parse_replicas,
          "Virtual points of each node on the ring", "N", std::to_string(ring.replicas));
}

std::string Explained(const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    return WithoutLogins(error.what());
  }
  if (dynamic_cast<const CLI::ConfigError*>(&error) != nullptr) {
    std::string what = error.what();
    constexpr std::string_view kUnknown = "INI was not able to parse ";
    if (what.starts_with(kUnknown)) what = "\"" + what.substr(kUnknown.size()) + "\" is no flag";
    return "--config: " + what + "; expected the names of flags, without the dashes";
  }
  if (const std::string what = error.what(); dynamic_cast<const CLI::ArgumentMismatch*>(&error)) {
    const std::size_t said = what.find(": At Most 1 required");
    if (said != std::string::npos) return what.substr(0, said) + ": expected one value, once";
  }
  const bool file = dynamic_cast<const CLI::FileError*>(&error) != nullptr;
  return (file ? "--config: " : "") + std::string(error.what());
}

void RefuseEmptyValues(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    const auto& values = option->results();
    if (std::ranges::find(values, "") == values.end()) continue;
    throw CLI::ValidationError(option->get_name(), "\"\": expected " + option->get_type_name());
  }
  for (const CLI::App* command : app.get_subcommands()) RefuseEmptyValues(*command);
}

bool ParseCommandLine(CLI::App& app, int argc, char** argv, int& exit) {
  try {
    // Before the callbacks of subcommands, which do the work.
    app.parse_complete_callback([&app] { RefuseEmptyValues(app); });
    app.parse(argc, argv);
    return true;
  } catch (const CLI::Success& help) {
    exit = app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::cerr << app.get_name() << ": " << Explained(error) << "\nTry " << app.get_name()
              << " --help.\n";
    exit = kExitUsage;
  }
  return false;
}

NamedFiles FilesRead(const CLI::App& app, const NamedFiles& written) {
  NamedFiles files;
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    const bool is_written =
        std::ranges::find(written, name, &NamedFiles::value_type::first) != written.end();
    if (is_written || (option->get_type_name() != "FILE" && name != "--config")) continue;
    for (const std::string& value : option->results()) files.emplace_back(name, value);
  }
  return files;
}

int UsageError(const CLI::App& app, const std::string& message) {
  std::cerr << app.get_name() << ": " << message << '\n';
  return kExitUsage;
}

}  // namespace ringlab
