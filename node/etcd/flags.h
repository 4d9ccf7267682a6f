// The flags about etcd: who keeps the list of a cluster's nodes.
#pragma once

#include <string>

#include "node/etcd/options.h"
#include "node/live/peers.h"

namespace CLI {
class App;
}

namespace ringlab {

// --etcd and what belongs to it; with `registers`, also what a node that registers needs. `options`
// must outlive the parsing.
void AddEtcdFlags(CLI::App& app, EtcdOptions& options, bool registers);

// Once parsed: reads the password. Then what does not fit together, as `--flag: …`; or "".
std::string SettleEtcd(EtcdOptions& options);

// Fills in what the others dial for a node that is told to listen there; why that cannot be, or "".
std::string SettleAdvertised(EtcdOptions& options, const std::string& listen);

// Why such a node would not be found by its name, or "".
std::string ComplaintAboutMember(const Peer& self);

}  // namespace ringlab
