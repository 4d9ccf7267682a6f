// cachenode: one cache node in one process, until it is told to stop.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>

#include <csignal>
#include <iostream>
#include <thread>

#include "core/parse.h"
#include "node/cache_flags.h"
#include "node/control.h"
#include "node/flags.h"
#include "node/node.h"
#include "node/source_flag.h"
#include "node/timer_thread.h"

namespace ringlab {
namespace {

struct Flags {
  NodeOptions node;
  CacheFlags cache;
  std::vector<Peer> peers;
  Duration drain = std::chrono::seconds(1);
  Duration grace = std::chrono::seconds(5);
  spdlog::level::level_enum log_level = spdlog::level::info;
  bool control = false;
};

Result<spdlog::level::level_enum> ParseLogLevel(const std::string& text) {
  const auto level = spdlog::level::from_str(text);
  if (level == spdlog::level::off && text != "off") {
    return Fail(Code::kInvalidArgument,
                "\"" + text + "\": expected debug, info, warning, error or off");
  }
  return level;
}

Result<std::string> ParseListen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const auto port = ParseCount(colon == std::string::npos ? "" : text.substr(colon + 1));
  if (colon == 0 || !port || *port > 65'535) {
    return Fail(Code::kInvalidArgument,
                "\"" + text + "\": expected HOST:PORT, port 0 for any free one");
  }
  return text;
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

void AddFlags(CLI::App& app, Flags& flags) {
  flags.node.handover = std::chrono::seconds(10);
  AddCommonFlags(app);
  flags.node.listen = "127.0.0.1:8001";
  AddFlag(app, "--listen", flags.node.listen, ParseListen, "Address to listen on", "HOST:PORT",
          flags.node.listen);
  AddFlag(app, "--name", flags.node.name, ParseName, "This node's place on the ring", "NAME",
          "the --listen address");
  AddFlag(app, "--peers", flags.peers, ParsePeers, "Every node of the cluster, this one included",
          "[NAME=]HOST:PORT,...", "this node alone");
  AddFlag(app, "--groups", flags.node.groups, ParseGroups,
          "Groups and the memory that each may use", "NAME:BYTES,...", "default:64MiB");
  AddFlag(app, "--source", flags.node.source, ParseSourceText,
          "Where values come from: synthetic:SETTINGS with size=BYTES or LOW-HIGH,\n"
          "latency=TIME or exp:TIME, not-found=FRACTION, error=FRACTION, version=N",
          "SOURCE", "synthetic:size=100");
  AddRingFlags(app, flags.node.ring);
  AddFlag(app, "--seed", flags.node.seed, ParseCount,
          "Seed of the source's injected failures and latencies", "N", "1");
  AddFlag(app, "--load-timeout", flags.node.load_timeout, ParseDuration,
          "A load that takes longer is given up", "TIME", "2s");
  AddCacheFlags(app, flags.cache);
  AddFlag(app, "--drain", flags.drain, ParseGrace,
          "On SIGTERM: after telling the peers to take over its keys,\n"
          "go on answering for so long, if there are any; 0: stop at once",
          "TIME", "1s");
  AddFlag(app, "--handover", flags.node.handover, ParseGrace,
          "After a change of the ring, ask a key's former owner before\n"
          "the source, for so long; 0: never",
          "TIME", "10s");
  AddFlag(app, "--grace", flags.grace, ParseGrace,
          "Time for accepted requests to finish at the end", "TIME", "5s");
  AddFlag(app, "--log-level", flags.log_level, ParseLogLevel,
          "debug (logs every request), info, warning, error or off; to stderr", "LEVEL", "info");
  app.add_flag("--control", flags.control,
               "Take commands on stdin, a line each: \"peers NAME=HOST:PORT,...\"; \n"
               "the end of stdin stops the node. For programs that start nodes");
}

void WarnOfOddSettings(const Flags& flags) {
  const SyntheticSpec& source = flags.node.source;
  for (const GroupSpec& group : flags.node.groups) {
    const std::size_t bytes_max = Cache(group.bytes).entry_bytes_max();
    if (source.size_max < bytes_max) continue;
    spdlog::warn(
        "group {}: its budget of {} stores no value above {}, and the source has {} up to {}: "
        "every Get of these reaches the source",
        group.name, FormatBytes(group.bytes), FormatBytes(bytes_max),
        source.size_min < bytes_max ? "some" : "only such, of", FormatBytes(source.size_max));
  }
}

// Why these flags cannot serve, found before anything is listened on; or "".
std::string FindMisfit(const Flags& flags) {
  if (flags.peers.empty()) return "";
  std::string names;
  for (const Peer& peer : flags.peers) {
    if (peer.name == flags.node.name) return "";
    names += (names.empty() ? "" : ", ") + peer.name;
  }
  return "--peers: \"" + flags.node.name + "\", this node, is not among them (" + names +
         "); expected its --name, or without one its --listen address";
}

// The peers take over; those who have not heard yet, and who now own our keys, still find us.
void SayGoodbye(Node& node, Duration drain) {
  if (node.view()->ring->nodes().size() == 1) return;
  const TimePoint begin = TimerThread::SteadyNow();
  for (const std::string& peer : node.Leave(drain)) {
    spdlog::warn("{} could not be told that this node leaves", peer);
  }
  std::this_thread::sleep_until(
      std::chrono::steady_clock::time_point(SaturatingAdd(begin, drain).time_since_epoch()));
}

int Serve(Flags flags, const CLI::App& app) {
  if (flags.node.name.empty()) flags.node.name = flags.node.listen;
  if (const std::string misfit = FindMisfit(flags); !misfit.empty()) {
    return UsageError(app, misfit);
  }
  if (spdlog::should_log(spdlog::level::debug)) {
    flags.node.request_log = [](const std::string& line) { spdlog::debug("{}", line); };
  }
  // The kernel ends this process with its starter even if that is killed and this is stopped.
  if (flags.control) prctl(PR_SET_PDEATHSIG, SIGKILL);
  flags.node.announce = true;
  Control control(flags.control);  // before any thread, so that all inherit its signal mask
  auto node = Node::Start(flags.node);
  if (!node) return UsageError(app, "--listen: " + node.error().message);
  WarnOfOddSettings(flags);
  std::cout << "listening " << (*node)->name() << ' ' << (*node)->address() << std::endl;

  auto join = [&](const std::vector<Peer>& peers) -> Result<void> {
    auto joined = (*node)->SetPeers(peers);
    if (!joined) return joined;
    std::cout << "serving " << (*node)->name() << ' ' << (*node)->address() << std::endl;
    spdlog::info("{} serves on {}: ring {} with {} replicas, {} nodes", (*node)->name(),
                 (*node)->address(), flags.node.ring.dialect, flags.node.ring.replicas,
                 peers.size());
    return joined;
  };
  const bool told = flags.control && flags.peers.empty();  // of its peers, by a command to come
  if (flags.peers.empty()) flags.peers = {{(*node)->name(), (*node)->address()}};
  if (!told) {
    if (const auto joined = join(flags.peers); !joined) {
      return UsageError(app, "--peers: " + joined.error().message);
    }
  }
  const Control::Ending end = control.Run([&](const std::vector<Peer>& peers) {
    if (const auto joined = join(peers); !joined)
      spdlog::error("peers: {}", joined.error().message);
  });
  spdlog::info("{} stops: {}", (*node)->name(), end.why);
  control.ExitOnNextSignal();
  if (end.by_signal && flags.drain > Duration::zero()) SayGoodbye(**node, flags.drain);
  (*node)->Stop(flags.grace);
  return kExitOk;
}

int Main(int argc, char** argv) {
  CLI::App app("One cache node: answers Get over gRPC from memory, its peers or its source.",
               "cachenode");
  Flags flags;
  AddFlags(app, flags);
  int exit = kExitOk;
  if (!ParseCommandLine(app, argc, argv, exit)) return exit;
  spdlog::set_default_logger(spdlog::stderr_logger_mt("cachenode"));
  spdlog::set_level(flags.log_level);
  flags.node.group = flags.cache.group;
  flags.node.admission = flags.cache.admission;
  return Serve(std::move(flags), app);
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) { return ringlab::Main(argc, argv); }
