#include "node/daemon/daemon.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iostream>
#include <thread>
#include <utility>

#include "node/etcd/grpc_client.h"
#include "node/live/unix_time.h"
#include "node/node_by_etcd.h"
#include "node/settings/odd_settings.h"

namespace ringlab {

namespace {

// Callers that heard a refusal ask elsewhere; it takes them a round trip.
constexpr Duration kRefusing = std::chrono::milliseconds(50);

void Log(const Said& said) {
  spdlog::log(said.warning ? spdlog::level::warn : spdlog::level::info, "{}", said.text);
}

Sight SightOf(const Node& node) {
  const auto view = node.view();
  Sight sight{.ring = view->ring->nodes(), .peers = node.peers().peers()};
  sight.fingerprint = view->ring->fingerprint();
  sight.unix_now = UnixNowNs() / 1'000'000'000;
  sight.certificate_ends = CertificateEnds(node.security().tls);
  sight.callers_refused = node.admission().stats(Hop::kCaller).refused;
  sight.peers_refused = node.admission().stats(Hop::kPeer).refused;
  for (const auto& [name, group] : node.groups()) {
    const GroupStats stats = group->stats();
    sight.fallbacks_refused += stats.fallbacks_refused;
    sight.source_errors += stats.source_errors;
    sight.other_rings += stats.other_rings;
    if (group->other_rings().requests() > 0) sight.other_ring = group->other_rings().last();
  }
  sight.source_why = node.source().last_failure();
  return sight;
}

tl::unexpected<Error> About(const char* flag, const Error& error) {
  return Fail(error.code, std::string(flag) + ": " + error.message);
}

}  // namespace

Daemon::Daemon(Settings settings) : settings_(std::move(settings)) {}

Daemon::~Daemon() = default;

// A database that is away may come back: the node serves what it has meanwhile. What is wrong with
// it otherwise will stay so.
Result<void> Daemon::Prepare(const Settings& settings) {
  constexpr std::uint64_t kToldEvery = 1'000'000;
  const auto written = PrepareSource(settings.node.source, settings.source.fill,
                                     [](std::uint64_t done, std::uint64_t all) {
                                       if (done % kToldEvery != 0) return;
                                       spdlog::info("--source-fill: {} of {} keys", done, all);
                                     });
  if (written) {
    if (*written > 0) spdlog::info("--source-fill: {} rows written", *written);
    return {};
  }
  if (written.error().code != Code::kUnavailable || settings.source.fill) {
    return Fail(Code::kInvalidArgument, "--source: " + written.error().message);
  }
  spdlog::warn("{}: loads fail until it is there", written.error().message);
  return {};
}

Result<std::unique_ptr<Daemon>> Daemon::Start(Settings settings) {
  settings.node.request_log = {
      .wanted = [] { return spdlog::should_log(spdlog::level::debug); },
      .tell = [](const std::string& line) { spdlog::debug("{}", line); },
  };
  const bool by_etcd = !settings.etcd.endpoints.empty();
  settings.node.announce = !by_etcd;
  std::unique_ptr<Daemon> daemon(new Daemon(std::move(settings)));
  Daemon& d = *daemon;
  NodeOptions options = d.settings_.node;
  if (options.security.tls.dials()) {
    auto copies = TlsCopies::Of(options.security.tls);
    if (!copies) return tl::unexpected<Error>(copies.error());
    options.security.tls = d.tls_.emplace(*std::move(copies)).copies();
  }
  options.say = Log;
  auto node = StartNode(std::move(options), d.settings_.engine);
  if (!node) return About("--listen", node.error());
  d.node_ = *std::move(node);
  d.watch_.emplace(SightOf(*d.node_));
  d.peers_ =
      std::make_unique<PeerList>([&d](const std::vector<Peer>& peers) { return d.Join(peers); });
  for (const std::string& odd : OddSettings(d.settings_, *d.node_)) spdlog::warn("{}", odd);
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
  spdlog::info("{} serves on {}: ring {} with {} replicas, {}", node_->name(), node_->address(),
               settings_.node.ring.dialect, settings_.node.ring.replicas,
               peers.size() == 1 ? "alone" : std::to_string(peers.size()) + " nodes");
  return joined;
}

// Who is in the cluster is etcd's to say: this node joins when it is registered there.
Result<void> Daemon::JoinByEtcd() {
  EtcdOptions options = settings_.etcd;
  if (options.advertise.empty()) options.advertise = node_->address();
  const Peer self = {node_->name(), options.advertise};
  auto joined = [this, drawn = false](std::size_t nodes, const Result<void>& set) mutable {
    if (!set) {
      return spdlog::error("etcd: its {} members make no ring: {}", nodes, set.error().message);
    }
    if (!std::exchange(drawn, true)) {
      std::cout << "serving " << node_->name() << ' ' << node_->address() << std::endl;
    }
  };
  etcd_timer_.emplace();
  auto started = EtcdCluster::Start(std::move(options), self, settings_.node.seed,
                                    {.timer = *etcd_timer_, .client = GrpcEtcdClient::Create},
                                    CallsOf(*node_, std::move(joined), Log));
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
  settings_.http.log = settings_.node.request_log;
  settings_.http.server.say = Log;
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

void Daemon::Look() {
  if (etcd_) node_->MarkStale(etcd_->state().stale_since);
  for (const Said& said : watch_->Look(SightOf(*node_))) Log(said);
  FollowCertificates();
}

void Daemon::FollowCertificates() {
  if (!tls_) return;
  const auto followed = tls_->Follow();
  if (!followed) return spdlog::warn("{}; the ones in use stay", followed.error().message);
  if (*followed) spdlog::info("certificates: those of the changed files are in use from now on");
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
  if (goodbye) {
    node_->Refuse();
    std::this_thread::sleep_for(kRefusing);
  }
  const TimePoint cut = SaturatingAdd(TimerThread::SteadyNow(), settings_.grace);
  if (http_) http_->Stop(settings_.grace);
  node_->Stop(std::max(cut - TimerThread::SteadyNow(), Duration::zero()));
}

}  // namespace ringlab
