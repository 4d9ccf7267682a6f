// What a cached Get costs a node beyond what the engine costs anyway: server CPU per call of a
// cachenode against that of a bare grpc++ callback echo with the same messages and payload.
//
// Each server is a process of its own, so that its CPU time is its own; one client asks both in
// turn, in ABBA order within one run, so that drift of the machine meets both alike. The figure to
// read is the counter `ratio`.
#include <benchmark/benchmark.h>
#include <grpcpp/grpcpp.h>
#include <pthread.h>
#include <time.h>

#include <filesystem>
#include <iostream>
#include <latch>
#include <semaphore>
#include <string>

#include "core/check.h"
#include "core/parse.h"
#include "node/child_process.h"
#include "node/grpc_transport.h"
#include "node/grpc_tuning.h"
#include "node/timer_thread.h"
#include "proto/cache.grpc.pb.h"

namespace ringlab {
namespace {

constexpr std::size_t kValueBytes = 100;
constexpr int kBatch = 10'000;
constexpr int kUnderWay = 64;

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
  void Join() {
    child_->WriteLine("peers " + name_ + "=" + address_);
    RL_CHECK(child_->ReadLine(std::chrono::seconds(10)).has_value());
  }

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
  GrpcTransport transport_;
};

std::string Beside(const char* program) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / program;
}

void BM_ServerCpuOfACachedGet(benchmark::State& state) {
  Server echo("echo", Beside("rpc_bench"), {"--serve-echo"});
  Server node("n0", Beside("cachenode"),
              {"--control", "--listen", "127.0.0.1:0", "--name", "n0", "--log-level", "error"});
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

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--serve-echo") return ringlab::ServeEcho();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
