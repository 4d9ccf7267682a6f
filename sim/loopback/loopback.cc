#include "sim/loopback/loopback.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/check.h"
#include "core/base/sync.h"
#include "sim/loopback/live_ground.h"

namespace ringlab {

namespace {

const std::string kGroup = "default";

const Group& GroupOf(const Node& node) { return *node.groups().at(kGroup); }

// How often a starting cluster tells of its progress.
constexpr std::uint64_t kProgressEvery = 50;

constexpr Duration kConnectPatience = std::chrono::seconds(30);

// A load that nobody waits for any more ends within the nodes' own timeout, and a moment later.
constexpr Duration kQuietSlack = std::chrono::seconds(1);
constexpr Duration kQuietEvery = std::chrono::milliseconds(5);

void AddRouted(const RingView& view, OwnerCounts& counts) {
  const std::vector<std::string>& names = view.ring->nodes();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::uint64_t routed = view.routed[i].load(std::memory_order_relaxed);
    if (routed > 0) counts[names[i]] += routed;
  }
}

}  // namespace

Result<std::unique_ptr<LoopbackCluster>> LoopbackCluster::Start(LoopbackOptions options,
                                                                const Progress& progress) {
  auto ground = LiveGround::Create(options.engine);
  if (!ground) return tl::unexpected<Error>(std::move(ground.error()));
  auto cluster = Start(std::move(options), **ground, progress);
  if (cluster) (*cluster)->own_ground_ = *std::move(ground);
  return cluster;
}

Result<std::unique_ptr<LoopbackCluster>> LoopbackCluster::Start(LoopbackOptions options,
                                                                Ground& ground,
                                                                const Progress& progress) {
  auto ring = BuildRing(options.ring, options.nodes);
  if (!ring) return tl::unexpected<Error>(ring.error());
  const std::size_t nodes = (*ring)->nodes().size();
  if (auto room = ground.Reserve(nodes); !room) return tl::unexpected<Error>(room.error());
  std::unique_ptr<LoopbackCluster> cluster(new LoopbackCluster(std::move(options), ground, *ring));
  for (const std::string& name : (*ring)->nodes()) {
    if (auto added = cluster->Add(name, *ring); !added) {
      return tl::unexpected<Error>(added.error());
    }
    const std::uint64_t started = cluster->members_.size();
    if (!progress || (started % kProgressEvery != 0 && started != nodes)) continue;
    if (!progress(started)) return Fail(Code::kCancelled, "the start was given up");
  }
  cluster->Tell(*std::move(ring));
  return cluster;
}

LoopbackCluster::LoopbackCluster(LoopbackOptions options, Ground& ground,
                                 std::shared_ptr<const Ring> ring)
    : options_(std::move(options)),
      ground_(ground),
      ring_(std::move(ring)),
      client_(std::make_unique<WireTransport>(ground_.links())) {}

LoopbackCluster::~LoopbackCluster() { Stop(); }

Result<void> LoopbackCluster::Add(const std::string& name, std::shared_ptr<const Ring> ring) {
  GroupOptions group;
  group.hot_copies = HotCopies::kOff;  // copies would take traffic from where the ring puts it
  NodeOptions node{.name = name,
                   .ring = options_.ring,
                   .groups = {{kGroup, options_.group_bytes}},
                   .source = options_.source,
                   .seed = options_.seed + started_++,
                   .load_timeout = options_.load_timeout,
                   .group = group,
                   .handover = options_.handover,
                   .reflection = false};
  auto runtime = ground_.RuntimeOf(name);
  if (!runtime) return tl::unexpected<Error>(std::move(runtime.error()));
  Result<void> added;
  ground_.As(name, [&] {
    auto started = Node::Start(std::move(node), *std::move(runtime), std::move(ring));
    if (started) {
      members_.emplace(name, Member{*std::move(started), nullptr});
    } else {
      added = Fail(started.error().code, "start node " + name + ": " + started.error().message);
    }
  });
  return added;
}

// Whoever lives can be reached, on the ring or not. One who is on the ring but does not live is in
// nobody's book: to ask it fails at once, as at a port where nobody listens.
void LoopbackCluster::Tell(std::shared_ptr<const Ring> ring) {
  std::vector<Peer> peers;
  for (const auto& [name, member] : members_) peers.push_back({name, member.node->address()});
  const ClusterView view{std::move(ring), BookOf(*ground_.links(), peers)};
  client_->SetPeers(view.book);
  for (auto& [name, member] : members_) {
    if (view.ring->IndexOf(name) == kNoNode) continue;  // it leaves, by the ring that it knows
    if (member.past) AddRouted(*member.past, counted_);
    member.past = member.node->view();
    ground_.As(name, [&, &node = *member.node] {
      RL_CHECK_BECAUSE(node.Join(view).has_value(), "a living node is on the ring");
    });
  }
  ring_ = view.ring;
}

std::vector<std::string> LoopbackCluster::living() const {
  std::vector<std::string> names;
  for (const auto& [name, member] : members_) names.push_back(name);
  return names;
}

Result<void> LoopbackCluster::Connect() {
  std::vector<std::string> names = living();
  constexpr std::size_t kAtATime = 32;
  for (std::size_t begin = 0; begin < names.size(); begin += kAtATime) {
    const std::size_t end = std::min(begin + kAtATime, names.size());
    const std::vector<std::string> some(names.begin() + static_cast<std::ptrdiff_t>(begin),
                                        names.begin() + static_cast<std::ptrdiff_t>(end));
    if (auto connected = ConnectTo(some); !connected) return connected;
  }
  return {};
}

Result<void> LoopbackCluster::ConnectTo(const std::vector<std::string>& names) {
  struct Shared {
    Gate all;
    Mutex mutex;
    std::size_t open RL_GUARDED_BY(mutex);
    std::optional<Error> failed RL_GUARDED_BY(mutex);
  };
  const auto shared = std::make_shared<Shared>();  // an answer may come after the last was awaited
  {
    MutexLock lock(shared->mutex);
    shared->open = names.size();
  }
  const TimePoint deadline = SaturatingAdd(ground_.Now(), kConnectPatience);
  ground_.As("", [&] {
    for (const std::string& name : names) {
      client_->Stats(name, deadline, [shared, name](const Result<NodeStats>& stats) {
        MutexLock lock(shared->mutex);
        if (!stats) {
          shared->failed = {stats.error().code,
                            "connect to " + name + ": " + stats.error().message};
        }
        if (--shared->open == 0) shared->all.Open();
      });
    }
  });
  ground_.Await(shared->all, 2 * kConnectPatience);
  MutexLock lock(shared->mutex);
  if (shared->failed) return tl::unexpected<Error>(*shared->failed);
  return {};
}

void LoopbackCluster::Kill(const std::string& name) { End(name, Duration::zero()); }

Result<void> LoopbackCluster::TakeOffRing(const std::string& name) {
  auto without = ring_->Without(name);
  if (!without) return tl::unexpected<Error>(without.error());
  Tell(*std::move(without));
  return {};
}

void LoopbackCluster::Drain(const std::string& name, Duration grace) {
  if (options_.handover == Duration::zero()) return End(name, grace);
  leaving_.insert(name);
}

Result<void> LoopbackCluster::Join(const RingNode& node) {
  auto with = ring_->With(node);
  if (!with) return tl::unexpected<Error>(with.error());
  if (auto room = ground_.Reserve(1); !room) return room;
  if (leaving_.erase(node.name) > 0) End(node.name, Duration::zero());  // it comes back anew
  if (auto added = Add(node.name, *with); !added) return added;
  Tell(*std::move(with));
  return {};
}

// What the node counted outlives it.
void LoopbackCluster::End(const std::string& name, Duration grace) {
  const auto found = members_.find(name);
  RL_CHECK_BECAUSE(found != members_.end(), "only a living node can end");
  Member& member = found->second;
  ground_.Ending(name, grace);
  ground_.As(name, [&] { member.node->Stop(grace); });
  const GroupStats stats = GroupOf(*member.node).stats();
  ringlab::Add(stats, ended_);
  ended_.cache.items = ended_.cache.used_bytes = ended_.cache.budget_bytes = 0;  // gone with it
  counted_[name] += stats.hits - stats.hits_from_peers;
  if (member.past) AddRouted(*member.past, counted_);
  AddRouted(*member.node->view(), counted_);
  if (const std::string broken = CheckIdentities(stats); !broken.empty()) {
    problems_.push_back("node " + name + ": " + broken);
  }
  ground_.As(name, [&] { member.node.reset(); });
  members_.erase(found);
  ground_.Ended(name);
}

LoopbackCounts LoopbackCluster::counts() const {
  LoopbackCounts counts{ended_, counted_};
  std::vector<std::uint64_t> routed(ring_->nodes().size());  // by the ring that all but few have
  for (const auto& [name, member] : members_) {
    const GroupStats stats = GroupOf(*member.node).stats();
    ringlab::Add(stats, counts.sum);
    counts.owned[name] += stats.hits - stats.hits_from_peers;
    if (member.past) AddRouted(*member.past, counts.owned);
    const auto view = member.node->view();
    if (view->ring != ring_) {
      AddRouted(*view, counts.owned);
      continue;
    }
    for (std::size_t i = 0; i < routed.size(); ++i) {
      routed[i] += view->routed[i].load(std::memory_order_relaxed);
    }
  }
  for (std::size_t i = 0; i < routed.size(); ++i) counts.owned[ring_->nodes()[i]] += routed[i];
  return counts;
}

std::vector<std::string> LoopbackCluster::FindProblems() const {
  const TimePoint give_up = SaturatingAdd(ground_.Now(), options_.load_timeout + kQuietSlack);
  std::vector<std::string> problems = problems_;
  for (const auto& [name, member] : members_) {
    std::string broken = CheckIdentities(GroupOf(*member.node).stats());
    while (!broken.empty() && ground_.Now() < give_up) {
      Gate never;
      ground_.Await(never, kQuietEvery);
      broken = CheckIdentities(GroupOf(*member.node).stats());
    }
    if (!broken.empty()) problems.push_back("node " + name + ": " + broken);
  }
  return problems;
}

void LoopbackCluster::Stop(Duration grace) {
  ground_.As("", [&] { client_->Stop(); });
  const TimePoint give_up = SaturatingAdd(ground_.Now(), grace);
  while (!members_.empty()) {
    const Duration left = give_up - ground_.Now();
    End(members_.begin()->first, std::max(left, Duration::zero()));
  }
}

}  // namespace ringlab
