#include <memory>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/group/group.h"
#include "core/ring/membership.h"
#include "core/ring/spec.h"
#include "tests/bench/exact_figures.h"
#include "tests/support/direct_transport.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {
namespace {

// Low keys far more often than high ones, without a logarithm: the C library's may change.
std::uint64_t SkewedBelow(Rng& rng, std::uint64_t bound) {
  return rng.Below(rng.Below(rng.Below(bound) + 1) + 1);
}

void PolicyFigures(Policy policy, std::vector<ExactFigure>& figures) {
  Cache cache({.budget_bytes = std::size_t{256} << 10, .policy = policy});
  const std::string value(100, 'v');
  Rng rng(1);
  for (int i = 0; i < 50'000; ++i) {
    const std::string key = "key-" + std::to_string(SkewedBelow(rng, 100'000));
    if (!cache.Find(key, HashKey(key))) cache.Insert(key, HashKey(key), value);
  }
  const CacheStats stats = cache.stats();
  const std::string name = "trace_" + std::string(PolicyName(policy));
  figures.push_back({name + "_hits", "figure", stats.hits});
  figures.push_back({name + "_evicted", "figure", stats.evicted});
  figures.push_back({name + "_used_bytes", "figure", stats.used_bytes});
}

class ConstantSource final : public Source {
 public:
  void Load(std::string_view, LoadCallback done) override {
    done(Value::Copy(std::string(100, 'v')));
  }
};

// Three nodes that call each other inside this process; a value is there at once.
class Cluster {
 public:
  Cluster() : transport_(std::make_unique<DirectTransport>(scheduler_)) {
    const std::vector<std::string> names{"n0", "n1", "n2"};
    for (const std::string& name : names) {
      nodes_.push_back(std::make_unique<Node>(name, names, *this));
      Group& group = nodes_.back()->group;
      transport_->Serve(
          name, {.get = [&group](const GetRequest& request,
                                 GetCallback done) { group.Get(request, std::move(done)); },
                 .set = [&group](const SetRequest& request,
                                 WriteCallback done) { group.Set(request, std::move(done)); }});
    }
  }
  ~Cluster() { transport_.reset(); }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  GroupStats Run() {
    Rng rng(1);
    for (int i = 0; i < 50'000; ++i) {
      const std::string key = "key-" + std::to_string(SkewedBelow(rng, 100'000));
      Group& group = nodes_[rng.Below(nodes_.size())]->group;
      if (rng.Below(50) == 0) {
        group.Set({.group = "g", .key = key, .value = "written"}, [](const Result<void>&) {});
      } else {
        group.Get({.group = "g", .key = key}, [](const Result<GetReply>&) {});
      }
      scheduler_.AdvanceBy(std::chrono::microseconds(100));
    }
    GroupStats sum;
    for (const auto& node : nodes_) Add(node->group.stats(), sum);
    return sum;
  }

 private:
  struct Node {
    Node(const std::string& name, const std::vector<std::string>& names, Cluster& cluster)
        : membership(name, BuildRing({}, EqualNodes(names)).value()),
          group({.name = "g", .layers = {.bytes = std::size_t{512} << 10}},
                {membership, *cluster.transport_, cluster.source_, cluster.scheduler_}) {}

    Membership membership;
    Group group;
  };

  ManualScheduler scheduler_;
  ConstantSource source_;
  std::unique_ptr<DirectTransport> transport_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace

std::vector<ExactFigure> TraceFigures() {
  std::vector<ExactFigure> figures;
  for (const Policy policy : Policies()) PolicyFigures(policy, figures);
  const GroupStats stats = Cluster().Run();
  const auto add = [&](const char* what, std::uint64_t total) {
    figures.push_back({std::string("trace_cluster_") + what, "figure", total});
  };
  add("gets", stats.gets);
  add("hits", stats.hits);
  add("hits_hot", stats.hits_hot);
  add("peer_loads", stats.peer_loads);
  add("source_loads", stats.source_loads);
  add("copies_kept", stats.copies_kept);
  add("invalidations", stats.invalidations);
  add("evicted", stats.cache.evicted);
  add("expired", stats.cache.expired);
  return figures;
}

}  // namespace ringlab
