// Hostile servers, with calls open, cancelled and overdue: each call ends once, and nothing is left
// when the connection is gone.
#include <chrono>
#include <string>
#include <utility>

#include "tests/fuzz/h2_plays.h"
#include "tests/fuzz/target.h"
#include "tests/node/h2/worlds.h"

using namespace ringlab;  // NOLINT(google-build-using-namespace): a test
using namespace std::chrono_literals;

namespace {

H2Limits SmallLimits() {
  H2Limits limits;
  limits.streams_max = 8;
  limits.streams_unannounced = 8;
  limits.queue_max = 10;
  limits.message_bytes_max = 300;
  limits.half_received_bytes_max = 500;
  limits.out_bytes_max = 400;
  limits.borrow_from_bytes = 100;
  limits.idle_frames = {50, 10};
  limits.resets_sent = {20, 10};
  limits.stream_id_last = 61;
  limits.memory_kept_max = 0;  // so that AddressSanitizer sees the library's blocks
  return limits;
}

void Act(Acts& acts, ClientWorld& client, TimePoint& now) {
  switch (const std::uint8_t act = acts.Byte(); act % 16) {
    case 0: client.Pull(now); return;
    case 1: {
      const TimePoint deadline = act / 16 % 2 == 0 ? kNever : now + 100ms;
      client.Start("/test.Test/Echo", acts.Bytes(), now, deadline);
      return;
    }
    case 2: client.connection->Cancel(client.last); return;
    case 3:
      now += Duration(50ms) * acts.Byte();
      client.connection->Due(now);
      return;
    case 4: client.connection->TakeQueue(); return;
    case 5: {
      client.connection->Pull(client.out, now);
      client.out.Consume(std::min<std::size_t>(client.out.size(), acts.Byte()));
      client.connection->Written(client.out, now);
      return;
    }
    case 6:
    case 7: {
      const frames::Fields tail = {{"grpc-status", act / 16 % 2 == 0 ? "0" : "5"},
                                   {"grpc-message", acts.Bytes()}};
      client.Feed(frames::Headers(acts.Stream(), tail, 5), now);
      return;
    }
    default: {
      const frames::Fields head = {{":status", act / 16 % 4 == 0 ? "503" : "200"},
                                   {"content-type", "application/grpc"}};
      client.Feed(acts.Frame(head), now, act % 3 == 0 ? 1 : SIZE_MAX);
      return;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Acts acts(data, size);
  ClientWorld client(SmallLimits());
  TimePoint now = kStart;
  if (acts.Byte() % 4 != 0) client.Feed(frames::Settings() + frames::SettingsAck());
  while (!acts.over()) {
    Act(acts, client, now);
    Demand(client.connection->NextDue() >= kStart);
    Demand(client.connection->on_wire() <= 8 && client.connection->queued() <= 18);
  }
  client.Pull(now);
  client.connection->Lose("lost");
  client.connection->FailQueue({Code::kUnavailable, "lost"});
  const H2ClientCounters& counts = client.counters;
  Demand(counts.started ==
         counts.answered + counts.failed + counts.expired + counts.cancelled + counts.handed_on);
  client.connection.reset();
  Demand(client.memory.blocks_out() == 0);
  return 0;
}
