// Command lines that explain themselves: what every tool of ours shares around CLI11.
//
// A flag is parsed by one of our own parsers, so that a bad value is told as
// `--qps: "x": expected a number`, and a config file, a default and the command line all pass the
// same check. For the mains and what adds flags to them; they run on the main thread.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "core/base/result.h"
#include "core/ring/spec.h"
#include "node/live/outputs.h"

namespace CLI {
class App;
class Option;
class ParseError;
}  // namespace CLI

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
void AddCommonFlags(CLI::App& app);

// The flags that are added from here on stand under this heading in --help.
void BeginSection(CLI::App& app, const std::string& heading);

// --name TEXT, handed to `take`, whose error is the flag's; `shown` is the default in --help.
using TakeFlag = std::function<Result<void>(const std::string& text)>;
CLI::Option* AddTextFlag(CLI::App& app, const std::string& name, TakeFlag take,
                         const std::string& description, const std::string& metavar,
                         const std::string& shown = "");

// --name TEXT, parsed by `parse(text) -> Result<T>` into `value`.
template <class T, class Parse>
CLI::Option* AddFlag(CLI::App& app, const std::string& name, T& value, Parse parse,
                     const std::string& description, const std::string& metavar,
                     const std::string& shown = "") {
  auto take = [&value, parse = std::move(parse)](const std::string& text) -> Result<void> {
    auto parsed = parse(text);
    if (!parsed) return tl::unexpected<Error>(std::move(parsed.error()));
    value = *std::move(parsed);
    return {};
  };
  return AddTextFlag(app, name, std::move(take), description, metavar, shown);
}

// A kind of ring, with its parameter if it has one: "xx64", "maglev:65537".
Result<std::string> ParseRing(const std::string& text);

// --ring and --replicas.
void AddRingFlags(CLI::App& app, RingSpec& ring);

// What is wrong with a command line or a config file, for people: "--qps: …".
std::string Explained(const CLI::ParseError& error);

// Throws CLI::ValidationError where a flag was given an empty value, which none takes: it would be
// as if the flag had not been there.
void RefuseEmptyValues(const CLI::App& app);

// Parses, or prints help or a one-paragraph error. True when the tool should go on; else `exit`
// is what main returns.
bool ParseCommandLine(CLI::App& app, int argc, char** argv, int& exit);

// The files that a command line reads, by their flags: the values of those whose metavar is FILE,
// and of --config, but for the flags that name what is `written`.
NamedFiles FilesRead(const CLI::App& app, const NamedFiles& written);

// The end of a run that could not begin: "loadgen: what went wrong", exit code 2.
int UsageError(const CLI::App& app, const std::string& message);

}  // namespace ringlab
