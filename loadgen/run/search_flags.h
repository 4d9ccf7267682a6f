// The flags of a search, and what does not fit together with it.
#pragma once

#include <string>

#include "loadgen/run/options.h"

namespace CLI {
class App;
}

namespace ringlab {

// `search` must outlive the parsing.
void AddSearchFlags(CLI::App& app, SearchSpec& search);

// Fills in what follows from the other flags, and refuses what a search cannot do: a sentence, or
// "". Nothing without --search.
std::string CompleteSearch(const CLI::App& app, LoadgenOptions& options);

}  // namespace ringlab
