// The flags of a node's source.
#pragma once

#include <optional>

#include "node/sql/source_spec.h"

namespace CLI {
class App;
}

namespace ringlab {

struct SourceFlags {
  SourceSpec source = SyntheticSpec{};
  std::optional<SqlFill> fill;
};

// Declares --source and --source-fill. `flags` must outlive the parsing.
void AddSourceFlags(CLI::App& app, SourceFlags& flags);

}  // namespace ringlab
