// cachenode: one cache node in one process, until it is told to stop.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <memory>
#include <thread>

#include "core/parse.h"
#include "node/control.h"
#include "node/flags.h"
#include "node/http/http_front.h"
#include "node/http/peer_list.h"
#include "node/node.h"
#include "node/settings.h"
#include "node/timer_thread.h"

namespace ringlab {
namespace {

void WarnOfOddSettings(const Settings& settings) {
  const SyntheticSpec& source = settings.node.source;
  for (const GroupSpec& group : settings.node.groups) {
    const std::size_t bytes_max = Cache(group.bytes).entry_bytes_max();
    if (source.size_max < bytes_max) continue;
    spdlog::warn(
        "group {}: its budget of {} stores no value above {}, and the source has {} up to {}: "
        "every Get of these reaches the source",
        group.name, FormatBytes(group.bytes), FormatBytes(bytes_max),
        source.size_min < bytes_max ? "some" : "only such, of", FormatBytes(source.size_max));
  }
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

int Serve(Settings settings, const CLI::App& app) {
  if (const std::string misfit = Settle(settings); !misfit.empty()) return UsageError(app, misfit);
  if (spdlog::should_log(spdlog::level::debug)) {
    settings.node.request_log = [](const std::string& line) { spdlog::debug("{}", line); };
  }
  // The kernel ends this process with its starter even if that is killed and this is stopped.
  if (settings.control) prctl(PR_SET_PDEATHSIG, SIGKILL);
  settings.node.announce = true;
  Control control(settings.control);  // before any thread, so that all inherit its signal mask
  auto node = Node::Start(settings.node);
  if (!node) return UsageError(app, "--listen: " + node.error().message);
  WarnOfOddSettings(settings);
  std::cout << "listening " << (*node)->name() << ' ' << (*node)->address() << std::endl;

  PeerList peers_of_node([&](const std::vector<Peer>& peers) -> Result<void> {
    auto joined = (*node)->SetPeers(peers);
    if (!joined) return joined;
    std::cout << "serving " << (*node)->name() << ' ' << (*node)->address() << std::endl;
    spdlog::info("{} serves on {}: ring {} with {} replicas, {} nodes", (*node)->name(),
                 (*node)->address(), settings.node.ring.dialect, settings.node.ring.replicas,
                 peers.size());
    return joined;
  });
  std::unique_ptr<HttpFront> http;
  if (!settings.http.listen.empty()) {
    auto front =
        HttpFront::Start(settings.http, **node, {.add_peer = [&](Peer peer, PeerList::Added added) {
                           peers_of_node.Add(std::move(peer), std::move(added));
                         }});
    if (!front) return UsageError(app, "--http: " + front.error().message);
    http = *std::move(front);
    std::cout << "http " << (*node)->name() << ' ' << http->address() << std::endl;
  }
  const bool told =
      settings.control && settings.peers.empty();  // of its peers, by a command to come
  if (settings.peers.empty()) settings.peers = {{(*node)->name(), (*node)->address()}};
  if (!told) {
    if (const auto joined = peers_of_node.Set(settings.peers); !joined) {
      return UsageError(app, "--peers: " + joined.error().message);
    }
  }
  const Control::Ending end = control.Run([&](const std::vector<Peer>& peers) {
    if (const auto joined = peers_of_node.Set(peers); !joined)
      spdlog::error("peers: {}", joined.error().message);
  });
  spdlog::info("{} stops: {}", (*node)->name(), end.why);
  control.ExitOnNextSignal();
  if (end.by_signal && settings.drain > Duration::zero()) SayGoodbye(**node, settings.drain);
  const TimePoint cut = SaturatingAdd(TimerThread::SteadyNow(), settings.grace);
  if (http) http->Stop(settings.grace);
  (*node)->Stop(std::max(cut - TimerThread::SteadyNow(), Duration::zero()));
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
