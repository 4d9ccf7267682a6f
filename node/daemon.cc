#include "node/daemon.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iostream>
#include <thread>
#include <utility>

#include "core/parse.h"
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
  if (!settings.http.listen.empty() && !IsLoopback(settings.http.listen)) {
    spdlog::warn("--http {}: no TLS there; whoever reaches it {}", settings.http.listen,
                 settings.http.token.empty() ? "may read and write everything"
                                             : "sees tokens and values go by");
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

tl::unexpected<Error> About(const char* flag, const Error& error) {
  return Fail(error.code, std::string(flag) + ": " + error.message);
}

}  // namespace

Daemon::Daemon(Settings settings) : settings_(std::move(settings)) {}

Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::Start(Settings settings) {
  if (std::string wrong = ReadySource(settings); !wrong.empty()) {
    return Fail(Code::kInvalidArgument, std::move(wrong));
  }
  settings.node.request_log = {
      .wanted = [] { return spdlog::should_log(spdlog::level::debug); },
      .tell = [](const std::string& line) { spdlog::debug("{}", line); },
  };
  const bool by_etcd = !settings.etcd.endpoints.empty();
  settings.node.announce = !by_etcd;
  std::unique_ptr<Daemon> daemon(new Daemon(std::move(settings)));
  Daemon& d = *daemon;
  auto node = Node::Start(d.settings_.node);
  if (!node) return About("--listen", node.error());
  d.node_ = *std::move(node);
  d.peers_ =
      std::make_unique<PeerList>([&d](const std::vector<Peer>& peers) { return d.Join(peers); });
  WarnOfOddSettings(d.settings_);
  std::cout << "listening " << d.node_->name() << ' ' << d.node_->address() << std::endl;
  if (auto open = d.OpenFront(); !open) return tl::unexpected<Error>(open.error());
  if (by_etcd) {
    if (auto joined = d.JoinByEtcd(); !joined) return tl::unexpected<Error>(joined.error());
    return daemon;
  }
  std::vector<Peer> peers = d.settings_.peers;
  if (peers.empty() && d.settings_.control) return daemon;  // a command will tell
  if (peers.empty()) peers = {{d.node_->name(), d.node_->address()}};
  if (auto joined = d.peers_->Set(std::move(peers)); !joined) {
    return About("--peers", joined.error());
  }
  return daemon;
}

Result<void> Daemon::Join(const std::vector<Peer>& peers) {
  auto joined = node_->SetPeers(peers);
  if (!joined) return joined;
  std::cout << "serving " << node_->name() << ' ' << node_->address() << std::endl;
  spdlog::info("{} serves on {}: ring {} with {} replicas, {} nodes", node_->name(),
               node_->address(), settings_.node.ring.dialect, settings_.node.ring.replicas,
               peers.size());
  return joined;
}

// Who is in the cluster is etcd's to say: this node joins when it is registered there.
Result<void> Daemon::JoinByEtcd() {
  EtcdOptions options = settings_.etcd;
  if (options.advertise.empty()) options.advertise = node_->address();
  const Peer self = {node_->name(), options.advertise};
  auto joined = [this, drawn = std::vector<Peer>()](const std::vector<Peer>& peers) mutable {
    if (const auto set = node_->SetPeers(peers); !set) {
      return spdlog::error("etcd: its {} members make no ring: {}", peers.size(),
                           set.error().message);
    }
    if (drawn.empty()) {
      std::cout << "serving " << node_->name() << ' ' << node_->address() << std::endl;
    }
    spdlog::info("ring: {}", DescribeChange(drawn, peers));
    drawn = peers;
  };
  auto say = [](const Said& said) {
    spdlog::log(said.warning ? spdlog::level::warn : spdlog::level::info, "{}", said.text);
  };
  auto started = EtcdCluster::Start(std::move(options), self, settings_.node.seed,
                                    {.joined = std::move(joined), .say = std::move(say)});
  if (!started) return tl::unexpected<Error>(started.error());
  etcd_ = *std::move(started);
  return {};
}

Result<void> Daemon::OpenFront() {
  if (settings_.http.listen.empty()) return {};
  auto add = [this](Peer peer, PeerList::Added added) {
    if (!settings_.etcd.endpoints.empty()) {
      return added(Fail(Code::kFailedPrecondition, "etcd keeps the list of peers"));
    }
    peers_->Add(std::move(peer), std::move(added));
  };
  auto front = HttpFront::Start(settings_.http, *node_, {.add_peer = std::move(add)});
  if (!front) return About("--http", front.error());
  http_ = *std::move(front);
  std::cout << "http " << node_->name() << ' ' << http_->address() << std::endl;
  return {};
}

void Daemon::SetPeers(const std::vector<Peer>& peers) {
  if (const auto joined = peers_->Set(peers); !joined) {
    spdlog::error("peers: {}", joined.error().message);
  }
}

// The peers take over; those who have not heard yet, and who now own our keys, still find us.
void Daemon::SayGoodbye() {
  const Duration drain = settings_.drain;
  const TimePoint begin = TimerThread::SteadyNow();
  constexpr Duration kPatience = std::chrono::seconds(1);
  if (etcd_ != nullptr && !etcd_->Leave(kPatience)) {
    spdlog::warn("etcd: no answer to the goodbye; the others learn it when the lease ends");
  }
  if (drain == Duration::zero() || node_->view()->ring->nodes().size() == 1) return;
  for (const std::string& peer : node_->Leave(drain)) {
    spdlog::warn("{} could not be told that this node leaves", peer);
  }
  std::this_thread::sleep_until(
      std::chrono::steady_clock::time_point(SaturatingAdd(begin, drain).time_since_epoch()));
}

void Daemon::Stop(bool goodbye) {
  if (goodbye) SayGoodbye();
  etcd_.reset();
  const TimePoint cut = SaturatingAdd(TimerThread::SteadyNow(), settings_.grace);
  if (http_) http_->Stop(settings_.grace);
  node_->Stop(std::max(cut - TimerThread::SteadyNow(), Duration::zero()));
}

}  // namespace ringlab
