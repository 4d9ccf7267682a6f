#include "node/node.h"

#include <algorithm>
#include <utility>

#include "core/base/hash.h"
#include "node/live/process_usage.h"
#include "node/live/version.h"
#include "node/wire/dialects.h"

namespace ringlab {

namespace {

// Whatever may be set must be let in; and a batch of far too many keys, to be told so in our words.
std::size_t RequestBytesMax(const GroupOptions& group) {
  constexpr std::size_t kOtherFields = std::size_t{1} << 10;
  return std::max(WireServerOptions().request_bytes_max,
                  group.key_bytes_max + group.value_bytes_max + kOtherFields);
}

}  // namespace

Result<std::unique_ptr<Node>> Node::Start(NodeOptions options,
                                          std::shared_ptr<NodeRuntime> runtime) {
  auto alone = BuildRing(options.ring, EqualNodes({options.name}));
  if (!alone) return tl::unexpected<Error>(alone.error());
  return Start(std::move(options), std::move(runtime), *std::move(alone));
}

Result<std::unique_ptr<Node>> Node::Start(NodeOptions options, std::shared_ptr<NodeRuntime> runtime,
                                          std::shared_ptr<const Ring> ring) {
  KeepParsersQuiet();
  std::unique_ptr<Node> node(new Node(std::move(options), std::move(runtime), std::move(ring)));
  MethodTable methods = CacheMethods(
      node->door(),
      {.stats = [&n = *node] { return n.stats(); },
       .announced = [&n = *node](const Announcement& heard) { return n.Hear(heard); }});
  for (Method& method : DialectMethods(node->door())) methods.push_back(std::move(method));
  if (node->options_.request_log) {
    methods = LogRequests(std::move(methods), node->options_.request_log);
  }
  auto server =
      node->runtime_->engine->Serve(node->options_.listen, std::move(methods),
                                    {.reflection = node->options_.reflection,
                                     .request_bytes_max = RequestBytesMax(node->options_.group),
                                     .ping_interval_min = node->options_.ping_interval_min,
                                     .security = node->options_.security,
                                     .say = node->options_.say});
  if (!server) return tl::unexpected<Error>(server.error());
  node->server_ = *std::move(server);
  return node;
}

namespace {

// Nodes back off apart from one another.
GuardOptions GuardOf(const NodeOptions& options) {
  GuardOptions guard = options.guard;
  guard.circuits.seed = options.seed ^ HashXx64(options.name, 0);
  return guard;
}

// And from a database, which they share.
std::uint64_t SourceSeedOf(const NodeOptions& options) {
  const bool is_shared = std::holds_alternative<SqlSpec>(options.source);
  return is_shared ? options.seed ^ HashXx64(options.name, 1) : options.seed;
}

std::unique_ptr<Source> SourceOf(const NodeOptions& options, Scheduler& scheduler) {
  if (options.make_source) return options.make_source(scheduler);
  return MakeSource(options.source, SourceSeedOf(options), scheduler);
}

}  // namespace

Node::Node(NodeOptions options, std::shared_ptr<NodeRuntime> runtime,
           std::shared_ptr<const Ring> ring)
    : options_(std::move(options)),
      runtime_(std::move(runtime)),
      membership_(options_.name, std::move(ring)),
      timer_(*runtime_->timer),
      transport_(runtime_->links),
      routed_(http_peers_, transport_),
      guarded_(routed_, timer_, GuardOf(options_)),
      source_(SourceOf(options_, timer_), timer_),
      admission_(options_.admission),
      announcer_(options_.name, transport_, timer_, options_.seed),
      tenure_(membership_, transport_, timer_, [this] { StepAside(); }) {
  for (const GroupSpec& spec : options_.groups) {
    GroupOptions group = options_.group;
    group.name = spec.name;
    group.layers.bytes = spec.bytes;
    group.layers.entry_bytes_wanted = group.value_bytes_max;
    group.flights.load_timeout = options_.load_timeout;
    groups_.emplace(spec.name,
                    std::make_unique<Group>(std::move(group),
                                            Group::Deps{membership_, guarded_, source_, timer_}));
  }
}

Node::~Node() { Stop(); }

NodeStats Node::stats() const {
  const auto view = membership_.Snapshot();
  NodeStats stats;
  stats.name = options_.name;
  stats.version = kVersion;
  stats.ring = {.dialect = std::string(view->ring->dialect()),
                .replicas = view->ring->replicas(),
                .nodes = view->ring->nodes(),
                .fingerprint = view->ring->fingerprint(),
                .epoch = view->epoch};
  for (const auto& [name, group] : groups_) stats.groups.emplace_back(name, group->stats());
  const ProcessUsage usage = UsageOfThisProcess();
  stats.process = {.pid = usage.pid, .cpu = usage.cpu, .resident_bytes = usage.resident_bytes};
  return stats;
}

Result<void> Node::CheckBudgets(const std::vector<GroupSpec>& groups) const {
  for (const GroupSpec& spec : groups) {
    const auto group = FindGroup(groups_, spec.name);
    if (!group) return tl::unexpected<Error>(group.error());
    if ((*group)->layers().TakesBytes(spec.bytes)) continue;
    return Fail(Code::kInvalidArgument, "group " + spec.name + ": " + FormatBytes(spec.bytes) +
                                            " is less than its parts take empty; made that small "
                                            "at the start, it has fewer");
  }
  return {};
}

Result<void> Node::SetBudgets(const std::vector<GroupSpec>& groups) {
  if (auto fit = CheckBudgets(groups); !fit) return fit;
  for (const GroupSpec& spec : groups) (*FindGroup(groups_, spec.name))->SetBytes(spec.bytes);
  return {};
}

// Whoever still waits is answered, and nothing is loaded any more.
void Node::Cut() {
  for (const auto& [name, group] : groups_) group->GiveUpLoads();
  transport_.Cancel();
  http_peers_.Cancel();
  timer_.Drop();
}

void Node::Stop(Duration grace) {
  if (server_ != nullptr) {
    // The server ends when the last request is answered, so what those wait for must not outlast
    // the grace: those are answered, and then nothing is loaded any more.
    TimerLane cutter(*runtime_->timer);
    if (grace <= Duration::zero()) {
      Cut();
    } else {
      cutter.RunAt(SaturatingAdd(cutter.Now(), grace), [this] { Cut(); });
    }
    server_->Stop(grace);
  }
  transport_.Stop();
  http_peers_.Stop();
  timer_.Stop();
}

}  // namespace ringlab
