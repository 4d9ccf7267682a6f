// Where a comparison goes: the text to stdout, and files for whoever asked for them.
//
// For the subcommands alone: it prints.
#pragma once

#include <string>

#include "core/base/result.h"

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

// Prints and writes; returns what the tool exits with.
int Deliver(const std::string& command, const GateOutput& output, Comparison& comparison);

// "results: ab: …", and what the tool exits with after an error.
int GateError(const std::string& command, const Error& error);

}  // namespace ringlab
