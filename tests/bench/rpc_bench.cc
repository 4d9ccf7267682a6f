// What a cached Get costs a node beyond what the engine costs anyway: server CPU per call of a
// cachenode against that of a bare grpc++ callback echo with the same messages and payload. What a
// batch saves. And what a crowd at a cold key costs the source, and the crowd.
//
// Each server is a process of its own, so that its CPU time is its own; one client asks both in
// turn, in ABBA order within one run, so that drift of the machine meets both alike. The figure to
// read is the counter `ratio`.
#include <benchmark/benchmark.h>
#include <grpcpp/grpcpp.h>
#include <pthread.h>
#include <time.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <iostream>
#include <latch>
#include <memory>
#include <semaphore>
#include <span>
#include <string>
#include <vector>

#include "core/base/check.h"
#include "core/base/parse.h"
#include "node/grpc/engine.h"
#include "node/grpc/tuning.h"
#include "node/live/child_process.h"
#include "node/live/peers.h"
#include "node/live/timer_thread.h"
#include "node/wire/wire_transport.h"
#include "proto/cache.grpc.pb.h"

namespace ringlab {
namespace {

constexpr std::size_t kValueBytes = 100;
constexpr int kBatch = 10'000;
constexpr int kUnderWay = 64;
constexpr int kBatchesUnderWay = 8;

// The least that grpc++ can do for a Get.
class Echo final : public groupcachepb::GroupCache::CallbackService {
 public:
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context,
                                const groupcachepb::GetRequest*,
                                groupcachepb::GetResponse* response) override {
    response->set_value(payload_);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const std::string payload_ = std::string(kValueBytes, 'x');
};

// This program as the echo server: serves until its stdin ends.
int ServeEcho() {
  TuneGrpc();
  Echo echo;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&echo);
  const auto server = builder.BuildAndStart();
  std::cout << "serving echo 127.0.0.1:" << port << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
  }
  server->Shutdown();
  return 0;
}

class Server {
 public:
  Server(const std::string& name, const std::string& program, std::vector<std::string> arguments)
      : name_(name) {
    auto child = ChildProcess::Start(program, arguments);
    RL_CHECK_BECAUSE(child.has_value(), "the server program does not start");
    child_ = *std::move(child);
    auto line = child_->ReadLine(std::chrono::seconds(10));
    RL_CHECK_BECAUSE(line.has_value(), "the server says nothing");
    address_ = SplitAt(*line, ' ').at(2);
    transport_.SetPeers({{name_, address_}});
  }

  // The node's own commands; waits for its word that it serves.
  void Join() { Join(name_ + "=" + address_); }
  void Join(const std::string& peers) {
    child_->WriteLine("peers " + peers);
    RL_CHECK(child_->ReadLine(std::chrono::seconds(10)).has_value());
  }

  const std::string& name() const { return name_; }
  const std::string& address() const { return address_; }

  void Ask(int gets) {
    std::counting_semaphore<kUnderWay> room(kUnderWay);
    std::latch left(gets);
    for (int i = 0; i < gets; ++i) {
      room.acquire();
      const TimePoint deadline = TimerThread::SteadyNow() + std::chrono::seconds(10);
      transport_.Get(name_, {.group = "default", .key = "key-1", .deadline = deadline},
                     [&](const Result<GetReply>& reply) {
                       RL_CHECK(reply.has_value() && reply->value.size() == kValueBytes);
                       room.release();
                       left.count_down();
                     });
    }
    left.wait();
  }

  // Batches of keys that are there after the first time, a few under way.
  void AskMany(int batches, std::span<const std::string_view> keys) {
    std::counting_semaphore<kBatchesUnderWay> room(kBatchesUnderWay);
    std::latch left(batches);
    for (int i = 0; i < batches; ++i) {
      room.acquire();
      const TimePoint deadline = TimerThread::SteadyNow() + std::chrono::seconds(10);
      transport_.GetMany(name_, {.group = "default", .keys = keys, .deadline = deadline},
                         [&](const std::vector<Result<GetReply>>& replies) {
                           for (const auto& reply : replies) RL_CHECK(reply.has_value());
                           room.release();
                           left.count_down();
                         });
    }
    left.wait();
  }

  // CPU time of the server's process so far.
  Duration Used() const {
    clockid_t clock{};
    timespec used{};
    RL_CHECK(clock_getcpuclockid(child_->pid(), &clock) == 0 && clock_gettime(clock, &used) == 0);
    return std::chrono::seconds(used.tv_sec) + Duration(used.tv_nsec);
  }

  Duration CostOf(int gets) {
    const Duration before = Used();
    Ask(gets);
    return Used() - before;
  }

 private:
  const std::string name_;
  std::string address_;
  std::unique_ptr<ChildProcess> child_;
  WireTransport transport_{GrpcEngine().Connect({}).value()};
};

std::string Beside(const char* program) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / program;
}

void BM_ServerCpuOfACachedGet(benchmark::State& state) {
  Server echo("echo", Beside("rpc_bench"), {"--serve-echo"});
  Server node("n0", Beside("cachenode"),
              {"--control", "--listen", "127.0.0.1:0", "--name", "n0", "--engine", "grpc",
               "--log-level", "error"});
  node.Join();
  echo.Ask(kBatch);
  node.Ask(kBatch);
  Duration of_echo{};
  Duration of_node{};
  for (auto _ : state) {
    of_echo += echo.CostOf(kBatch);
    const Duration cost = node.CostOf(2 * kBatch);
    of_node += cost;
    of_echo += echo.CostOf(kBatch);
    state.SetIterationTime(Seconds(cost) / (2.0 * kBatch));
  }
  const double gets = 2.0 * kBatch * static_cast<double>(state.iterations());
  state.counters["echo_ns"] = static_cast<double>(of_echo.count()) / gets;
  state.counters["node_ns"] = static_cast<double>(of_node.count()) / gets;
  state.counters["ratio"] = Seconds(of_node) / Seconds(of_echo);
}
BENCHMARK(BM_ServerCpuOfACachedGet)->UseManualTime()->Iterations(10)->Unit(benchmark::kMicrosecond);

// Cached keys a second of one node: by batches of 64, over those by single Gets. By the clock, with
// as many calls under way as bring the most.
void BM_KeysOfBatchesOverSingles(benchmark::State& state) {
  constexpr int kKeys = 64;
  Server node("n0", Beside("cachenode"),
              {"--control", "--listen", "127.0.0.1:0", "--name", "n0", "--engine", "grpc",
               "--log-level", "error"});
  node.Join();
  std::vector<std::string> names;
  for (int k = 0; k < kKeys; ++k) names.push_back("key-" + std::to_string(k));
  const std::vector<std::string_view> keys(names.begin(), names.end());
  const auto timed = [](auto run) {
    const TimePoint begin = TimerThread::SteadyNow();
    run();
    return Seconds(TimerThread::SteadyNow() - begin);
  };
  node.AskMany(10, keys);
  node.Ask(kBatch);
  double singles = 0;
  double batches = 0;
  for (auto _ : state) {
    singles += timed([&] { node.Ask(kBatch); });
    const double took = timed([&] { node.AskMany(2 * kBatch / kKeys, keys); });
    batches += took;
    singles += timed([&] { node.Ask(kBatch); });
    state.SetIterationTime(took);
  }
  const double by_singles = 2.0 * kBatch * static_cast<double>(state.iterations()) / singles;
  const double in_batches = 2.0 * kBatch / kKeys * kKeys;
  const double by_batches = in_batches * static_cast<double>(state.iterations()) / batches;
  state.counters["single_keys_per_s"] = by_singles;
  state.counters["batch_keys_per_s"] = by_batches;
  state.counters["ratio"] = by_batches / by_singles;
}
BENCHMARK(BM_KeysOfBatchesOverSingles)
    ->UseManualTime()
    ->Iterations(10)
    ->Unit(benchmark::kMillisecond);

// 1,000 callers at once, through any of three nodes, for a key that nobody has and whose load takes
// 50 ms. Counters: the source's loads for one key, and the callers' p99.
void BM_ACrowdAtAColdKey(benchmark::State& state) {
  constexpr int kCallers = 1000;
  std::vector<std::unique_ptr<Server>> nodes;
  std::string peers;
  for (const std::string name : {"n0", "n1", "n2"}) {
    nodes.push_back(std::make_unique<Server>(
        name, Beside("cachenode"),
        std::vector<std::string>{"--control", "--listen", "127.0.0.1:0", "--name", name, "--source",
                                 "synthetic:size=100,latency=50ms", "--log-level", "error"}));
    peers += (peers.empty() ? "" : ",") + name + "=" + nodes.back()->address();
  }
  for (const auto& node : nodes) node->Join(peers);
  WireTransport crowd(GrpcEngine().Connect({}).value());
  crowd.SetPeers(ParsePeers(peers).value());
  const auto loads = [&] {
    std::uint64_t sum = 0;
    for (const auto& node : nodes) {
      std::promise<std::uint64_t> told;
      crowd.Stats(node->name(), TimerThread::SteadyNow() + std::chrono::seconds(10),
                  [&](const Result<NodeStats>& stats) {
                    RL_CHECK(stats.has_value());
                    told.set_value(stats->groups.at(0).second.source_loads);
                  });
      sum += told.get_future().get();
    }
    return sum;
  };
  const auto ask = [&](const std::string& key, std::vector<Duration>& took) {
    std::latch left(kCallers);
    took.assign(kCallers, {});
    for (int i = 0; i < kCallers; ++i) {
      const TimePoint begin = TimerThread::SteadyNow();
      crowd.Get(nodes[i % 3]->name(), {.group = "default", .key = key},
                [&, i, begin](const auto& r) {
                  RL_CHECK(r.has_value());
                  took[i] = TimerThread::SteadyNow() - begin;
                  left.count_down();
                });
    }
    left.wait();
    std::sort(took.begin(), took.end());
  };
  std::vector<Duration> took;
  ask("warm-up", took);
  const std::uint64_t before = loads();
  double p99 = 0;
  int keys = 0;
  for (auto _ : state) {
    ask("cold-" + std::to_string(keys++), took);
    const double slow = Seconds(took[kCallers * 99 / 100]);
    p99 = std::max(p99, slow);
    state.SetIterationTime(slow);
  }
  state.counters["loads_per_key"] = static_cast<double>(loads() - before) / keys;
  state.counters["worst_p99_ms"] = 1000 * p99;
}
BENCHMARK(BM_ACrowdAtAColdKey)->UseManualTime()->Iterations(20)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--serve-echo") return ringlab::ServeEcho();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
