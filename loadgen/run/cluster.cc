#include "loadgen/run/cluster.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/parse.h"
#include "node/engines/engine_flags.h"
#include "node/live/child_process.h"
#include "node/live/environment.h"

namespace ringlab {

namespace {

constexpr Duration kStartPatience = std::chrono::seconds(20);

std::string NameOf(std::uint64_t node) { return "n" + std::to_string(node); }

std::string PeersText(const std::vector<Peer>& peers) {
  std::string text;
  for (const Peer& peer : peers) {
    text += (text.empty() ? "" : ",") + peer.name + "=" + peer.address;
  }
  return text;
}

// A file without a name, in memory alone: gone with this process, however that ends. Other
// processes of the same user open it by the number that it has here.
class SharedBytes {
 public:
  static Result<std::unique_ptr<SharedBytes>> Make(std::string_view bytes) {
    std::unique_ptr<SharedBytes> shared(
        new SharedBytes(memfd_create("ringlab-sizes", MFD_CLOEXEC)));
    while (shared->fd_ >= 0 && !bytes.empty()) {
      const ssize_t size = write(shared->fd_, bytes.data(), bytes.size());
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    if (bytes.empty()) return shared;
    return Fail(Code::kResourceExhausted,
                std::string("keep the trace's sizes for the nodes: ") + std::strerror(errno));
  }
  ~SharedBytes() {
    if (fd_ >= 0) close(fd_);
  }
  SharedBytes(const SharedBytes&) = delete;
  SharedBytes& operator=(const SharedBytes&) = delete;

  std::string path() const {
    return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(fd_);
  }

 private:
  explicit SharedBytes(int fd) : fd_(fd) {}

  const int fd_;
};

// A child has its share of the cores: loops beyond that would only take turns.
EngineSpec EngineOfChild(const ClusterOptions& options) {
  EngineSpec engine = options.engine;
  if (engine.name == "h2" && engine.loops == 0) {
    const auto cores = static_cast<std::uint64_t>(CoresOfThisProcess());
    engine.loops = static_cast<int>(std::clamp<std::uint64_t>(cores / options.nodes, 1, 8));
  }
  return engine;
}

std::vector<std::string> ChildArguments(const ClusterOptions& options, std::uint64_t node) {
  std::string groups;
  for (const GroupSpec& group : options.groups) {
    groups += (groups.empty() ? "" : ",") + group.name + ":" + std::to_string(group.bytes);
  }
  std::vector<std::string> arguments = {"--control",
                                        "--listen",
                                        "127.0.0.1:0",
                                        "--name",
                                        NameOf(node),
                                        "--ring",
                                        options.ring.dialect,
                                        "--replicas",
                                        std::to_string(options.ring.replicas),
                                        "--groups",
                                        groups,
                                        "--source",
                                        options.source_text,
                                        "--seed",
                                        std::to_string(options.seed + node)};
  const auto append = [&](const std::vector<std::string>& flags) {
    arguments.insert(arguments.end(), flags.begin(), flags.end());
  };
  append(EngineArguments(EngineOfChild(options)));
  append(options.security_flags);
  append(options.node_flags);
  const auto is_level = [](const std::string& flag) { return flag.starts_with("--log-level"); };
  if (std::ranges::none_of(options.node_flags, is_level)) append({"--log-level", "warning"});
  return arguments;
}

// A password travels here: what processes are started with, everybody can read.
std::vector<std::string> ChildEnvironment(const SourceSpec& source) {
  const auto* const sql = std::get_if<SqlSpec>(&source);
  if (sql == nullptr || sql->password.empty()) return {};
  return {std::string(kPasswordVariable) + "=" + sql->password};
}

class ChildCluster final : public Cluster {
 public:
  // The first one alone: what it has to say to its flags, all the others would say as well.
  Result<void> Start(ClusterOptions options) {
    if (auto shared = ShareSizes(options); !shared) return shared;
    if (auto first = StartChild(options, 0); !first) return first;
    if (auto listens = AwaitAddress(0); !listens) {
      if (options.node_flags.empty()) return listens;
      std::string flags;
      for (const std::string& flag : options.node_flags) flags += (flags.empty() ? "" : " ") + flag;
      return Fail(listens.error().code,
                  "--node-flags: \"" + flags + "\": " + listens.error().message);
    }
    for (std::uint64_t i = 1; i < options.nodes; ++i) {
      if (auto started = StartChild(options, i); !started) return started;
    }
    for (std::uint64_t i = 1; i < options.nodes; ++i) {
      if (auto listens = AwaitAddress(i); !listens) return listens;
    }
    for (const auto& child : children_) child->WriteLine("peers " + PeersText(peers_));
    for (std::uint64_t i = 0; i < options.nodes; ++i) {
      if (auto serving = Await("serving", i); !serving) {
        return tl::unexpected<Error>(serving.error());
      }
    }
    return {};
  }

  // Tells all of them first, so that they drain together and share one patience.
  ~ChildCluster() override { End(kEndPatience); }

  void EndSoon() override { End(kSoon); }

  bool separate() const override { return true; }

  std::vector<std::string> Problems() override {
    std::vector<std::string> problems;
    for (std::size_t i = 0; i < children_.size(); ++i) {
      if (children_[i]->HasEnded()) {
        problems.push_back("node " + peers_[i].name + " is gone: " + children_[i]->HowItEnded());
      }
    }
    return problems;
  }

 private:
  static constexpr Duration kEndPatience = std::chrono::seconds(6);
  static constexpr Duration kSoon = std::chrono::milliseconds(300);

  void End(Duration patience) {
    for (const auto& child : children_) child->CloseStdin();
    const TimePoint give_up = TimerThread::SteadyNow() + patience;
    for (const auto& child : children_) child->End(give_up - TimerThread::SteadyNow());
  }

  // What this process alone knows of sizes, as a file for the children.
  Result<void> ShareSizes(ClusterOptions& options) {
    const auto* const synthetic = std::get_if<SyntheticSpec>(&options.source);
    if (synthetic == nullptr || synthetic->index == nullptr) return {};
    if (!synthetic->index_file.empty()) return {};
    auto shared = SharedBytes::Make(synthetic->index->bytes());
    if (!shared) return tl::unexpected<Error>(std::move(shared.error()));
    sizes_ = *std::move(shared);
    const bool is_bare = options.source_text.find(':') == std::string::npos;
    options.source_text += (is_bare                              ? ":sizes="
                            : options.source_text.ends_with(':') ? "sizes="
                                                                 : ",sizes=") +
                           sizes_->path();
    return {};
  }

  Result<void> StartChild(const ClusterOptions& options, std::uint64_t i) {
    auto child = ChildProcess::Start(options.program, ChildArguments(options, i),
                                     ChildEnvironment(options.source));
    if (!child) return tl::unexpected<Error>(child.error());
    children_.push_back(*std::move(child));
    return {};
  }

  Result<void> AwaitAddress(std::uint64_t i) {
    auto address = Await("listening", i);
    if (!address) return tl::unexpected<Error>(address.error());
    peers_.push_back({NameOf(i), *std::move(address)});
    return {};
  }

  // The address in the line "WORD NAME ADDRESS" that node `i` prints.
  Result<std::string> Await(std::string_view word, std::uint64_t i) {
    auto line = children_[i]->ReadLine(kStartPatience);
    if (!line) {
      return Fail(line.error().code, "start node " + NameOf(i) + ": " + line.error().message);
    }
    const auto parts = SplitAt(*line, ' ');
    if (parts.size() != 3 || parts[0] != word) {
      return Fail(Code::kInternal, "start node " + NameOf(i) + ": it printed \"" + *line + "\"");
    }
    return std::string(parts[2]);
  }

  std::unique_ptr<SharedBytes> sizes_;
  std::vector<std::unique_ptr<ChildProcess>> children_;
};

class InProcessCluster final : public Cluster {
 public:
  Result<void> Start(const ClusterOptions& options) {
    const auto runtime = MakeRuntime(options.engine, {.security = options.security});
    if (!runtime) return tl::unexpected<Error>(runtime.error());
    for (std::uint64_t i = 0; i < options.nodes; ++i) {
      NodeOptions own;
      own.name = NameOf(i);
      own.ring = options.ring;
      own.groups = options.groups;
      own.source = options.source;
      own.seed = options.seed + i;
      own.security = options.security;
      auto node = Node::Start(std::move(own), *runtime);
      if (!node) return tl::unexpected<Error>(node.error());
      peers_.push_back({(*node)->name(), (*node)->address()});
      nodes_.push_back(*std::move(node));
    }
    for (const auto& node : nodes_) {
      if (auto joined = node->SetPeers(peers_); !joined) return joined;
    }
    return {};
  }

  bool separate() const override { return false; }

 private:
  std::vector<std::unique_ptr<Node>> nodes_;
};

class Targets final : public Cluster {
 public:
  explicit Targets(std::vector<Peer> targets) { peers_ = std::move(targets); }
  bool separate() const override { return true; }
};

template <class Kind>
Result<std::unique_ptr<Cluster>> StartCluster(const ClusterOptions& options) {
  auto cluster = std::make_unique<Kind>();
  if (auto started = cluster->Start(options); !started) {
    return tl::unexpected<Error>(started.error());
  }
  return cluster;
}

}  // namespace

Result<std::unique_ptr<Cluster>> StartChildren(const ClusterOptions& options) {
  return StartCluster<ChildCluster>(options);
}

Result<std::unique_ptr<Cluster>> StartInProcess(const ClusterOptions& options) {
  return StartCluster<InProcessCluster>(options);
}

std::unique_ptr<Cluster> UseTargets(std::vector<Peer> targets) {
  return std::make_unique<Targets>(std::move(targets));
}

Result<std::shared_ptr<const Ring>> RingOf(const RingSpec& spec, const Cluster& cluster) {
  std::vector<std::string> names;
  for (const Peer& peer : cluster.peers()) names.push_back(peer.name);
  return BuildRing(spec, EqualNodes(names));
}

}  // namespace ringlab
