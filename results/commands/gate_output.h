// Where a comparison goes: the text to stdout, and files for whoever asked for them.
//
// For the subcommands alone: it prints.
#pragma once

#include <string>

#include "core/base/result.h"
#include "node/live/outputs.h"

namespace CLI {
class App;
}

namespace ringlab {

struct Comparison;

struct GateOutput {
  std::string json, html, markdown;
  bool every_row = false;
  bool strict = false;
};

void AddGateOutput(CLI::App& command, GateOutput& output);

// The files that it names, by their flags.
NamedFiles FilesOf(const GateOutput& output);

// Prints and writes to `files`, which are open; returns what the tool exits with.
int Deliver(const std::string& command, const GateOutput& output, Outputs& files,
            Comparison& comparison);

// All that was asked to be written was, or the first that was not.
Result<void> Written(const Outputs& files);

// "results: ab: …" for all that could not be written, and what the tool exits with instead of
// `exit`.
int AfterWriting(const std::string& command, const Outputs& files, int exit);

// "results: ab: …", and what the tool exits with after an error.
int GateError(const std::string& command, const Error& error);

}  // namespace ringlab
