// Command lines that explain themselves: what every tool of ours shares around CLI11.
//
// A flag is parsed by one of our own parsers, so that a bad value is told as
// `--qps: "x": expected a number`, and a config file, a default and the command line all pass the
// same check. Header-only and used by the mains alone.
#pragma once

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "core/base/parse.h"
#include "core/base/result.h"
#include "core/ring/spec.h"
#include "node/live/flag_texts.h"
#include "node/live/version.h"

namespace ringlab {

// One table for every tool.
enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,        // a verdict failed: threshold, regression, invariant
  kExitUsage = 2,         // usage, or input that cannot be read
  kExitInconclusive = 3,  // not enough to tell
  kExitInvalid = 4,       // the measurement cannot be trusted
  kExitBaseline = 5,      // the baseline is missing or stale
};

inline constexpr const char* kExitCodesHelp =
    "Exit codes: 0 ok, 1 a verdict failed (threshold, regression, invariant), 2 usage or\n"
    "unreadable input, 3 inconclusive, 4 measurement invalid, 5 baseline missing or stale.";

// What every tool's command line starts from.
inline void AddCommonFlags(CLI::App& app) {
  app.formatter(std::make_shared<WrappedHelp>());
  app.config_formatter(std::make_shared<StrictToml>());
  app.set_version_flag("--version", app.get_name() + " " + kVersion, "Print the version and exit");
  app.set_config("--config", "", "Read flags from a TOML file: names without the dashes");
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.get_formatter()->column_width(34);
  app.footer(kExitCodesHelp);
}

// The flags that are added from here on stand under this heading in --help.
inline void BeginSection(CLI::App& app, const std::string& heading) {
  app.option_defaults()->group(heading);
}

// --name TEXT, parsed by `parse(text) -> Result<T>` into `value`; `shown` is the default in --help.
template <class T, class Parse>
CLI::Option* AddFlag(CLI::App& app, const std::string& name, T& value, Parse parse,
                     const std::string& description, const std::string& metavar,
                     const std::string& shown = "") {
  auto take = [&value, parse = std::move(parse), name](const std::string& text) {
    auto parsed = parse(text);
    if (!parsed) throw CLI::ValidationError(name, parsed.error().message);
    value = *std::move(parsed);
  };
  CLI::Option* option = app.add_option_function<std::string>(name, take, description);
  option->type_name(metavar);
  if (!shown.empty()) option->default_str(shown);
  return option;
}

// A kind of ring, with its parameter if it has one: "xx64", "maglev:65537".
inline Result<std::string> ParseRing(const std::string& text) {
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

// --ring and --replicas.
inline void AddRingFlags(CLI::App& app, RingSpec& ring) {
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

// What is wrong with a command line or a config file, for people: "--qps: …".
inline std::string Explained(const CLI::ParseError& error) {
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

// Parses, or prints help or a one-paragraph error. True when the tool should go on; else `exit`
// is what main returns.
inline bool ParseCommandLine(CLI::App& app, int argc, char** argv, int& exit) {
  try {
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

// The end of a run that could not begin: "loadgen: what went wrong", exit code 2.
inline int UsageError(const CLI::App& app, const std::string& message) {
  std::cerr << app.get_name() << ": " << message << '\n';
  return kExitUsage;
}

}  // namespace ringlab
