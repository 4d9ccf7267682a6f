// h2_get_server [LOOPS]: a table of values behind the h2 engine and nothing else, to see what a
// call costs the engine. Says its address; at the end of its input it says what it did:
//
//   h2_get_server 1 < fifo &     h2load -c4 -m64 -n1000000 -d request
//   http://ADDRESS/bench.Cache/Get
//     -H 'content-type: application/grpc' -H 'te: trailers'
//
// where `request` holds a message: five bytes of length, and a key such as "key-7". h2load counts
// any HTTP 200 as a success, so the server's own counts are the ones to look at.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <utility>

#include "node/h2/loop/loop_pool.h"
#include "node/h2/server.h"

namespace ringlab {
namespace {

constexpr int kKeys = 1000;
constexpr std::size_t kValueBytes = 100;

double CpuSeconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

int Serve(int loop_count) {
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> values;
  for (int i = 0; i < kKeys; ++i) {
    values["key-" + std::to_string(i)] = std::string(kValueBytes, 'v');
  }
  MethodTable methods = {{"bench.Cache", "Get", [&](const IncomingCall& call, ReplyCallback done) {
                            const auto found = values.find(call.request);
                            if (found == values.end())
                              return done(Fail(Code::kNotFound, "no such key"));
                            done(found->second);
                          }}};
  const auto loops = LoopPool::Start(loop_count);
  if (!loops) return std::fprintf(stderr, "%s\n", loops.error().message.c_str()), 1;
  const auto server = H2Server::Start(**loops, "127.0.0.1:0", std::move(methods));
  if (!server) return std::fprintf(stderr, "%s\n", server.error().message.c_str()), 1;
  std::printf("%s\n", (*server)->address().c_str());
  std::fflush(stdout);
  const double before = CpuSeconds();
  while (std::getchar() != EOF) {
  }
  const double cpu = CpuSeconds() - before;
  const H2ServerCounters counts = (*server)->counters();
  std::printf("%llu calls, %llu answered, %.3f us of CPU a call\n",
              static_cast<unsigned long long>(counts.calls),
              static_cast<unsigned long long>(counts.answered),
              counts.calls == 0 ? 0 : cpu * 1e6 / static_cast<double>(counts.calls));
  for (std::size_t i = 0; i < (*loops)->size(); ++i) {
    const LoopUsage usage = (*loops)->loop(i).usage();
    std::printf("loop %zu: %llu turns, %.1f %% busy, longest %.3f ms\n", i,
                static_cast<unsigned long long>(usage.turns), 100 * usage.busy_share(),
                1e3 * Seconds(usage.longest));
  }
  return 0;
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) { return ringlab::Serve(argc > 1 ? std::atoi(argv[1]) : 1); }
