// The flags of Security, the same for nodes and for who calls them.
#pragma once

#include <string>
#include <vector>

#include "node/security/security.h"

namespace CLI {
class App;
}

namespace ringlab {

struct SecurityFlags {
  Security security;

  // The flags as they were given, for the command line of a node. Paths: no secret is among them.
  std::vector<std::string> arguments;
};

// Declares --tls-cert, --tls-key, --tls-ca, --tls-name, --require-client-cert and --token-file.
// `flags` must outlive the parsing.
void AddSecurityFlags(CLI::App& app, SecurityFlags& flags);

}  // namespace ringlab
