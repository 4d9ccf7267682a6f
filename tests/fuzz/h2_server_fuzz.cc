// Hostile clients, handlers that answer at once, later or never, time that passes: whatever a
// server is told, each call ends once, and nothing is left when the connection is gone.
#include <chrono>
#include <string>
#include <utility>

#include "tests/fuzz/h2_plays.h"
#include "tests/fuzz/target.h"
#include "tests/node/h2/server_world.h"

using namespace ringlab;  // NOLINT(google-build-using-namespace): a test
using namespace std::chrono_literals;

namespace {

H2Limits SmallLimits() {
  H2Limits limits;
  limits.streams_max = 8;
  limits.handlers_max = 10;
  limits.message_bytes_max = 300;
  limits.half_received_bytes_max = 500;
  limits.unsent_bytes_max = 1000;
  limits.out_bytes_max = 400;
  limits.borrow_from_bytes = 100;
  limits.follow_replies_max = 3;
  limits.idle_frames = {50, 10};
  limits.resets_sent = {20, 10};
  limits.memory_kept_max = 0;  // so that AddressSanitizer sees the library's blocks
  return limits;
}

void Act(Acts& acts, ServerWorld& server, TimePoint& now) {
  constexpr const char* kPaths[] = {"/test.Test/Echo",
                                    "/test.Test/Later",
                                    "/test.Test/Fail",
                                    "/test.Test/Explain",
                                    "/test.Test/Throw",
                                    "/grpc.health.v1.Health/Watch",
                                    "/grpc.health.v1.Health/Check",
                                    "/no/Such"};
  switch (const std::uint8_t act = acts.Byte(); act % 16) {
    case 0: server.Pull(now); return;
    case 1:
      if (!server.waiting.empty()) server.AnswerNext(acts.Bytes());
      return;
    case 2:
      if (!server.waiting.empty()) server.waiting.pop_front();
      return;
    case 3:
      now += Duration(50ms) * acts.Byte();
      server.connection->Due(now);
      return;
    case 4:
      server.health->SetServing(!server.health->serving());
      server.connection->LookAgain();
      return;
    case 5: server.connection->Drain(now); return;
    case 6: {
      OutChain& out = server.out;  // a socket that takes a little
      server.connection->Pull(out, now);
      out.Consume(std::min<std::size_t>(out.size(), acts.Byte()));
      return;
    }
    default: {
      const std::string path = kPaths[act / 16 % 8];
      frames::Fields more;
      if (act % 2 == 0) more = {{"grpc-timeout", "100m"}, {"grpc-encoding", "gzip"}};
      server.Feed(acts.Frame(frames::Request(path, more)), now, act % 3 == 0 ? 1 : SIZE_MAX);
      return;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Acts acts(data, size);
  ServerWorld server(SmallLimits());
  TimePoint now = kStart;
  if (acts.Byte() % 4 != 0) server.Feed(frames::Preface());
  while (!acts.over()) {
    Act(acts, server, now);
    Demand(server.connection->NextDue() >= kStart);
    Demand(server.connection->calls() <= 8 || server.connection->broken());
  }
  server.Pull(now);
  server.Disconnect();
  while (!server.waiting.empty()) server.AnswerNext(std::string("late"));
  const H2ServerCounters& counts = server.counters;
  Demand(counts.calls == counts.answered + counts.refused + counts.expired + counts.gone);
  Demand(*server.at_work == 0);
  Demand(server.memory.blocks_out() == 0);
  return 0;
}
