// Settings: everything that a cachenode can be told, by flags or by a TOML file of the same names.
//
// A part of a node has a table of its own (node/settings/cache_flags.h and its like); this puts
// them together. Plain data, once parsed.
#pragma once

#include <spdlog/common.h>

#include <map>
#include <string>
#include <vector>

#include "node/engines/engines.h"
#include "node/etcd/options.h"
#include "node/front/http_front.h"
#include "node/live/peers.h"
#include "node/node.h"
#include "node/settings/cache_flags.h"
#include "node/settings/security_flags.h"
#include "node/settings/source_flags.h"

namespace CLI {
class App;
}

namespace ringlab {

struct Settings {
  NodeOptions node;
  EngineSpec engine;
  CacheFlags cache;
  SecurityFlags security;
  SourceFlags source;
  HttpFrontOptions http;
  std::vector<Peer> peers;
  EtcdOptions etcd;  // without endpoints: the peers are a list
  Duration drain = std::chrono::seconds(1);
  Duration grace = std::chrono::seconds(5);
  spdlog::level::level_enum log_level = spdlog::level::info;
  bool control = false;

  // What was given, by flag; for a reload, to see what has changed.
  std::map<std::string, std::string> given;
};

// Declares every flag. `settings` must outlive the parsing.
void AddSettings(CLI::App& app, Settings& settings);

// Once parsed: fills in `given`.
void NoteGiven(const CLI::App& app, Settings& settings);

// Once parsed: fills in what follows from other settings. Then why they cannot serve, found before
// anything is listened on; or "".
std::string Settle(Settings& settings);

}  // namespace ringlab
