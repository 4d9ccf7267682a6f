#include "node/settings/settings.h"

#include <CLI/CLI.hpp>

#include "core/base/parse.h"
#include "node/engines/engine_flags.h"
#include "node/etcd/flags.h"
#include "node/live/flag_values.h"
#include "node/live/flags.h"

namespace ringlab {

namespace {

Result<spdlog::level::level_enum> ParseLogLevel(const std::string& text) {
  const auto level = spdlog::level::from_str(text);
  if (level == spdlog::level::off && text != "off") {
    return Fail(Code::kInvalidArgument,
                "\"" + text + "\": expected debug, info, warning, error or off");
  }
  return level;
}

// A name stands in --peers, and in lines whose parts are divided by spaces.
Result<std::string> ParseName(const std::string& text) {
  if (text.empty() || text.find_first_of(" ,=\t\n") != std::string::npos) {
    return Fail(Code::kInvalidArgument,
                "\"" + text + "\": expected a name without spaces, commas and equals signs");
  }
  return text;
}

Result<Duration> ParseGrace(const std::string& text) {
  const auto grace = ParseDuration(text);
  if (grace && *grace <= std::chrono::hours(24)) return *grace;
  return Fail(Code::kInvalidArgument,
              "\"" + text + "\": expected a duration up to 24h, such as 5s");
}

void AddClusterFlags(CLI::App& app, Settings& settings) {
  settings.node.listen = "127.0.0.1:8001";
  settings.node.handover = std::chrono::seconds(10);
  BeginSection(app, "Cluster");
  AddFlag(app, "--listen", settings.node.listen, ParseListenAddress, "Address to listen on",
          "HOST:PORT", settings.node.listen);
  AddFlag(app, "--name", settings.node.name, ParseName, "This node's place on the ring", "NAME",
          "the --listen address");
  AddFlag(app, "--peers", settings.peers, ParsePeers,
          "Every node of the cluster, this one included; http://HOST:PORT is a groupcache process "
          "(read again on SIGHUP)",
          "[NAME=]HOST:PORT,...", "this node alone");
  AddRingFlags(app, settings.node.ring);
  AddFlag(app, "--handover", settings.node.handover, ParseGrace,
          "After a change of the ring, ask a key's former owner before the source, for so long; 0: "
          "never",
          "TIME", "10s");
}

void AddProcessFlags(CLI::App& app, Settings& settings) {
  AddFlag(app, "--drain", settings.drain, ParseGrace,
          "On SIGTERM: after telling the peers to take over its keys, go on answering for so long, "
          "if there are any; 0: stop at once",
          "TIME", "1s");
  AddFlag(app, "--grace", settings.grace, ParseGrace,
          "Time for accepted requests to finish at the end", "TIME", "5s");
  AddFlag(
      app, "--log-level", settings.log_level, ParseLogLevel,
      "debug (logs every request), info, warning, error or off; to stderr (read again on SIGHUP)",
      "LEVEL", "info");
  app.add_flag("--control", settings.control,
               "Take commands on stdin, a line each: \"peers NAME=HOST:PORT,...\"; the end of "
               "stdin stops the node. For programs that start nodes");
}

}  // namespace

void AddSettings(CLI::App& app, Settings& settings) {
  AddCommonFlags(app);
  AddClusterFlags(app, settings);
  BeginSection(app, "etcd");
  AddEtcdFlags(app, settings.etcd, /*registers=*/true);
  BeginSection(app, "Values");
  AddFlag(app, "--groups", settings.node.groups, ParseGroups,
          "Groups and the memory that each may use (read again on SIGHUP)", "NAME:BYTES,...",
          "default:64MiB");
  AddSourceFlags(app, settings.source);
  AddFlag(app, "--seed", settings.node.seed, ParseCount,
          "Seed of the source's injected failures and latencies", "N", "1");
  AddFlag(app, "--load-timeout", settings.node.load_timeout, ParseDuration,
          "A load that takes longer is given up", "TIME", "2s");
  BeginSection(app, "Caching");
  AddCacheFlags(app, settings.cache);
  BeginSection(app, "Limits");
  AddLimitFlags(app, settings.cache);
  BeginSection(app, "Security");
  AddSecurityFlags(app, settings.security);
  BeginSection(app, "HTTP");
  AddHttpFlags(app, settings.http);
  BeginSection(app, "Wire");
  AddEngineFlags(app, settings.engine);
  AddFlag(app, "--min-ping-interval", settings.node.ping_interval_min, ParseSpan,
          "Who pings more often on a connection without calls is disconnected (too_many_pings)",
          "TIME", "5s");
  BeginSection(app, "Process");
  AddProcessFlags(app, settings);
}

namespace {

std::string SettleMembership(Settings& settings) {
  EtcdOptions& etcd = settings.etcd;
  if (std::string misfit = SettleEtcd(etcd); !misfit.empty()) return misfit;
  if (etcd.endpoints.empty()) return "";
  if (!settings.peers.empty()) {
    return "--etcd and --peers: expected one of them, which says who the peers are";
  }
  if (settings.control) {
    return "--etcd and --control: expected one of them, which says who the peers are";
  }
  if (std::string misfit = SettleAdvertised(etcd, settings.node.listen); !misfit.empty()) {
    return misfit;
  }
  std::string& name = settings.node.name;
  if (name.empty() && etcd.advertise.empty()) {
    return "--listen: \"" + settings.node.listen +
           "\": with --etcd, expected a port other than 0, or --name: a port that changes would "
           "change the node's place on the ring";
  }
  if (name.empty()) name = etcd.advertise;
  return ComplaintAboutMember({name, etcd.advertise.empty() ? "localhost:1" : etcd.advertise});
}

}  // namespace

void NoteGiven(const CLI::App& app, Settings& settings) {
  for (const CLI::Option* option : app.get_options()) {
    std::string& text = settings.given[option->get_name()];
    for (const std::string& part : option->results()) text += part + "\n";
  }
}

std::string Settle(Settings& settings) {
  if (std::string misfit = ComplaintAboutEngine(settings.engine); !misfit.empty()) return misfit;
  if (std::string misfit = SettleMembership(settings); !misfit.empty()) return misfit;
  if (settings.node.name.empty()) settings.node.name = settings.node.listen;
  settings.node.group = settings.cache.group;
  settings.node.source = settings.source.source;
  settings.node.admission = settings.cache.admission;
  settings.node.security = settings.security.security;
  settings.http.token = settings.node.security.token;
  if (const auto tls = CheckTls(settings.node.security.tls); !tls) return tls.error().message;
  if (settings.node.security.tls.dials() && !settings.node.security.tls.serves()) {
    return "--tls-ca: a node dials its peers by TLS then, so it has to answer by it too: expected "
           "--tls-cert and --tls-key";
  }
  if (std::string wrong = ComplaintAboutFill(settings.node.source, settings.source.fill);
      !wrong.empty()) {
    return wrong;
  }
  FitLimits(settings.cache.group, settings.http.server);
  if (settings.peers.empty()) return "";
  std::string names;
  for (const Peer& peer : settings.peers) {
    if (peer.name == settings.node.name) return "";
    names += (names.empty() ? "" : ", ") + peer.name;
  }
  return "--peers: \"" + settings.node.name + "\", this node, is not among them (" + names +
         "); expected its --name, or without one its --listen address";
}

}  // namespace ringlab
