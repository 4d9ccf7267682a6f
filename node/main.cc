// cachenode: one cache node in one process, until it is told to stop.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>

#include <csignal>
#include <iostream>
#include <thread>

#include "core/parse.h"
#include "node/control.h"
#include "node/etcd/etcd_cluster.h"
#include "node/flags.h"
#include "node/node.h"
#include "node/settings.h"
#include "node/timer_thread.h"

namespace ringlab {
namespace {

// Whether only this machine can reach an address.
bool IsLoopback(std::string_view listen) {
  return listen.starts_with("127.") || listen.starts_with("localhost:") ||
         listen.starts_with("[::1]");
}

void WarnOfOddSettings(const Settings& settings) {
  const NodeOptions& node = settings.node;
  if (!node.security.tls.serves() && !IsLoopback(node.listen)) {
    spdlog::warn(
        "--listen {}: whoever reaches it may read and write everything in the clear; "
        "--tls-cert and --tls-key turn TLS on, --require-client-cert or --token-file say "
        "who may call",
        node.listen);
  }
  const auto* const source = std::get_if<SyntheticSpec>(&settings.node.source);
  if (source == nullptr) return;  // nobody knows the sizes of a table's values
  for (const GroupSpec& group : settings.node.groups) {
    const std::size_t bytes_max = Cache(group.bytes).entry_bytes_max();
    if (source->size_max < bytes_max) continue;
    spdlog::warn(
        "group {}: its budget of {} stores no value above {}, and the source has {} up to {}: "
        "every Get of these reaches the source",
        group.name, FormatBytes(group.bytes), FormatBytes(bytes_max),
        source->size_min < bytes_max ? "some" : "only such, of", FormatBytes(source->size_max));
  }
}

// Who is in the cluster is etcd's to say: this node joins when it is registered there.
Result<std::unique_ptr<EtcdCluster>> JoinByEtcd(const Settings& settings, Node& node) {
  EtcdOptions options = settings.etcd;
  if (options.advertise.empty()) options.advertise = node.address();
  auto joined = [&node, drawn = std::vector<Peer>()](const std::vector<Peer>& peers) mutable {
    if (const auto set = node.SetPeers(peers); !set) {
      return spdlog::error("etcd: its {} members make no ring: {}", peers.size(),
                           set.error().message);
    }
    if (drawn.empty()) {
      std::cout << "serving " << node.name() << ' ' << node.address() << std::endl;
    }
    spdlog::info("ring: {}", DescribeChange(drawn, peers));
    drawn = peers;
  };
  return EtcdCluster::Start(
      std::move(options), {node.name(), options.advertise}, settings.node.seed,
      {.joined = joined, .say = [](const Said& said) {
         spdlog::log(said.warning ? spdlog::level::warn : spdlog::level::info, "{}", said.text);
       }});
}

// What is wrong with the source and will stay so, or "". A database that is away may come back: the
// node serves what it has meanwhile.
std::string ReadySource(const Settings& settings) {
  constexpr std::uint64_t kToldEvery = 1'000'000;
  const auto written = PrepareSource(settings.node.source, settings.source.fill,
                                     [](std::uint64_t done, std::uint64_t all) {
                                       if (done % kToldEvery != 0) return;
                                       spdlog::info("--source-fill: {} of {} keys", done, all);
                                     });
  if (written) {
    if (*written > 0) spdlog::info("--source-fill: {} rows written", *written);
    return "";
  }
  if (written.error().code != Code::kUnavailable || settings.source.fill) {
    return "--source: " + written.error().message;
  }
  spdlog::warn("{}: loads fail until it is there", written.error().message);
  return "";
}

// The peers take over; those who have not heard yet, and who now own our keys, still find us.
void SayGoodbye(Node& node, EtcdCluster* etcd, Duration drain) {
  const TimePoint begin = TimerThread::SteadyNow();
  constexpr Duration kPatience = std::chrono::seconds(1);
  if (etcd != nullptr && !etcd->Leave(kPatience)) {
    spdlog::warn("etcd: no answer to the goodbye; the others learn it when the lease ends");
  }
  if (drain == Duration::zero() || node.view()->ring->nodes().size() == 1) return;
  for (const std::string& peer : node.Leave(drain)) {
    spdlog::warn("{} could not be told that this node leaves", peer);
  }
  std::this_thread::sleep_until(
      std::chrono::steady_clock::time_point(SaturatingAdd(begin, drain).time_since_epoch()));
}

int Serve(Settings settings, const CLI::App& app) {
  if (const std::string misfit = Settle(settings); !misfit.empty()) return UsageError(app, misfit);
  if (spdlog::should_log(spdlog::level::debug)) {
    settings.node.request_log = [](const std::string& line) { spdlog::debug("{}", line); };
  }
  // The kernel ends this process with its starter even if that is killed and this is stopped.
  if (settings.control) prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool by_etcd = !settings.etcd.endpoints.empty();
  if (const std::string wrong = ReadySource(settings); !wrong.empty()) {
    return UsageError(app, wrong);
  }
  settings.node.announce = !by_etcd;
  Control control(settings.control);  // before any thread, so that all inherit its signal mask
  auto node = Node::Start(settings.node);
  if (!node) return UsageError(app, "--listen: " + node.error().message);
  WarnOfOddSettings(settings);
  std::cout << "listening " << (*node)->name() << ' ' << (*node)->address() << std::endl;

  auto join = [&](const std::vector<Peer>& peers) -> Result<void> {
    auto joined = (*node)->SetPeers(peers);
    if (!joined) return joined;
    std::cout << "serving " << (*node)->name() << ' ' << (*node)->address() << std::endl;
    spdlog::info("{} serves on {}: ring {} with {} replicas, {} nodes", (*node)->name(),
                 (*node)->address(), settings.node.ring.dialect, settings.node.ring.replicas,
                 peers.size());
    return joined;
  };
  std::unique_ptr<EtcdCluster> etcd;  // ends before the node
  if (by_etcd) {
    auto started = JoinByEtcd(settings, **node);
    if (!started) return UsageError(app, started.error().message);
    etcd = *std::move(started);
  }
  const bool told =  // of its peers, by a command to come or by etcd
      by_etcd || (settings.control && settings.peers.empty());
  if (settings.peers.empty()) settings.peers = {{(*node)->name(), (*node)->address()}};
  if (!told) {
    if (const auto joined = join(settings.peers); !joined) {
      return UsageError(app, "--peers: " + joined.error().message);
    }
  }
  const Control::Ending end = control.Run([&](const std::vector<Peer>& peers) {
    if (const auto joined = join(peers); !joined)
      spdlog::error("peers: {}", joined.error().message);
  });
  spdlog::info("{} stops: {}", (*node)->name(), end.why);
  control.ExitOnNextSignal();
  if (end.by_signal) SayGoodbye(**node, etcd.get(), settings.drain);
  etcd.reset();
  (*node)->Stop(settings.grace);
  return kExitOk;
}

int Main(int argc, char** argv) {
  CLI::App app("One cache node: answers Get over gRPC from memory, its peers or its source.",
               "cachenode");
  Settings settings;
  AddSettings(app, settings);
  int exit = kExitOk;
  if (!ParseCommandLine(app, argc, argv, exit)) return exit;
  spdlog::set_default_logger(spdlog::stderr_logger_mt("cachenode"));
  spdlog::set_level(settings.log_level);
  return Serve(std::move(settings), app);
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) { return ringlab::Main(argc, argv); }
