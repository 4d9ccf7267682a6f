// Both sides of a connection against each other, under virtual time: whatever the cuts of the byte
// streams, the order of answers, deadlines and losses, each call ends once, and nothing is left.
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "tests/node/h2/worlds.h"

using namespace ringlab;  // NOLINT(google-build-using-namespace): a test
using namespace std::chrono_literals;

namespace {

struct Asked {
  ClientWorld::Slot slot;
  std::string method;
  std::string message;
  TimePoint deadline;
  CallId id;
  bool cancelled = false;
};

// A pair with bytes under way in both directions.
class Play {
 public:
  Play(std::uint64_t seed, H2Limits limits) : rng_(seed), server_(limits), client_(limits) {}

  void Step() {
    switch (rng_.Below(10)) {
      case 0:
      case 1: return Ask();
      case 2: return Cancel();
      case 3: return AnswerSome();
      case 4: return PassTime();
      case 5: client_.connection->Pull(client_out_, now_); return;
      case 6: server_.connection->Pull(server_out_, now_); return;
      case 7: ToServer(1 + rng_.Below(40)); return;
      case 8: ToClient(1 + rng_.Below(40)); return;
      default:
        ToServer(1 + rng_.Below(4000));
        ToClient(1 + rng_.Below(4000));
        return;
    }
  }

  void Lose() {
    server_.Disconnect();
    client_.connection->Lose("lost");
    client_.connection->FailQueue({Code::kUnavailable, "lost"});
    while (!server_.waiting.empty()) server_.AnswerNext(std::string("late"));
  }

  // Until nobody has anything to say.
  void Finish() {
    for (bool quiet = false; !quiet;) {
      quiet = server_.waiting.empty();
      while (!server_.waiting.empty()) AnswerSome();
      client_.connection->Pull(client_out_, now_);
      quiet &= ToServer(SIZE_MAX) == 0;
      server_.connection->Pull(server_out_, now_);
      quiet &= ToClient(SIZE_MAX) == 0;
    }
  }

  void Check(bool lost) {
    for (const Asked& asked : asked_) {
      RC_ASSERT(asked.slot->has_value());
      CheckEnd(asked, **asked.slot, lost);
    }
    const H2ClientCounters& client = client_.counters;
    RC_ASSERT(client.started == client.answered + client.failed + client.expired +
                                    client.cancelled + client.handed_on);
    const H2ServerCounters& server = server_.counters;
    RC_ASSERT(server.calls == server.answered + server.refused + server.expired + server.gone);
    RC_ASSERT(*server_.at_work == 0);
    RC_ASSERT(client_.connection->on_wire() == 0U);
    RC_ASSERT(client_.connection->queued() == 0U);
    if (lost) return;
    RC_ASSERT(server_.connection->idle());
    RC_ASSERT(!server_.connection->broken());
    RC_ASSERT(!client_.connection->broken());
    RC_ASSERT(server_.connection->NextDue() == kNever);
    RC_ASSERT(client_.connection->NextDue() == kNever);
    RC_ASSERT(client.failed == 0U);
  }

 private:
  static void CheckEnd(const Asked& asked, const Ended& ended, bool lost) {
    if (ended.body) {
      RC_ASSERT(*ended.body == asked.message);
      RC_ASSERT(asked.method != "Fail");
      RC_ASSERT(ended.answer == (asked.method == "Explain" ? "hit main" : ""));
      return;
    }
    const Code code = ended.body.error().code;
    // Who got no memory for a connection loses it.
    if (lost && code == Code::kResourceExhausted) return;
    const bool told = asked.method == "Fail" && code == Code::kNotFound;
    const bool cancelled = asked.cancelled && code == Code::kCancelled;
    const bool expired = asked.deadline != kNever && code == Code::kDeadlineExceeded;
    RC_ASSERT((told || cancelled || expired || (lost && code == Code::kUnavailable)));
  }

  Duration Milliseconds(std::uint64_t bound) {
    return Duration(1ms) * static_cast<std::int64_t>(rng_.Below(bound));
  }

  void Ask() {
    constexpr const char* kMethods[] = {"Echo", "Fail", "Later", "Explain"};
    Asked asked;
    asked.slot = std::make_shared<std::optional<Ended>>();
    asked.method = kMethods[rng_.Below(4)];
    const std::size_t bytes = rng_.Below(4) == 0 ? rng_.Below(100'000) : rng_.Below(50);
    for (std::size_t i = 0; i < bytes; ++i) asked.message += static_cast<char>(i + bytes);
    asked.deadline = rng_.Below(3) == 0 ? now_ + Milliseconds(100) : kNever;
    paths_.push_back("/test.Test/" + asked.method);
    asked.id = client_.connection->Start(
        client_.Request(paths_.back(), asked.message, asked.slot, asked.deadline), now_);
    asked_.push_back(std::move(asked));
  }

  void Cancel() {
    if (asked_.empty()) return;
    Asked& asked = asked_[rng_.Below(asked_.size())];
    asked.cancelled = true;
    client_.connection->Cancel(asked.id);
  }

  void AnswerSome() {
    if (server_.waiting.empty()) return;
    std::swap(server_.waiting.front(), server_.waiting[rng_.Below(server_.waiting.size())]);
    std::string request = server_.waiting.front().request;
    server_.AnswerNext(std::move(request));
  }

  void PassTime() {
    now_ += Milliseconds(20);
    client_.connection->Due(now_);
    server_.connection->Due(now_);
  }

  std::string Some(OutChain& out, std::size_t bytes) {
    std::string some;
    iovec vectors[8];
    for (const iovec& part : std::span(vectors, out.Gather(vectors))) {
      some.append(static_cast<const char*>(part.iov_base), part.iov_len);
    }
    some.resize(std::min(bytes, some.size()));
    out.Consume(some.size());
    return some;
  }
  std::size_t ToServer(std::size_t bytes) {
    const std::string some = Some(client_out_, bytes);
    client_.connection->Written(client_out_, now_);
    // In a block of its own, so that a look beyond it, or after it, is seen by sanitizers.
    if (!some.empty()) server_.connection->Feed(AsBytes(some), now_);
    return some.size();
  }
  std::size_t ToClient(std::size_t bytes) {
    const std::string some = Some(server_out_, bytes);
    if (!some.empty()) client_.connection->Feed(AsBytes(some), now_);
    return some.size();
  }

  Rng rng_;
  TimePoint now_ = kStart;
  ServerWorld server_;
  ClientWorld client_;
  OutChain client_out_;
  OutChain server_out_;
  std::deque<std::string> paths_;
  std::vector<Asked> asked_;
};

void PlayOnce(bool lose) {
  REQUIRE(rc::check(lose ? "with a loss" : "to the end", [lose] {
    H2Limits limits;
    limits.streams_max = *rc::gen::inRange<std::uint32_t>(1, 20);
    limits.borrow_from_bytes = *rc::gen::element<std::size_t>(1, 8192);
    limits.out_bytes_max = *rc::gen::element<std::size_t>(100, 262'144);
    Play play(*rc::gen::arbitrary<std::uint64_t>(), limits);
    const int steps = *rc::gen::inRange(0, 400);
    for (int i = 0; i < steps; ++i) play.Step();
    if (lose) {
      play.Lose();
    } else {
      play.Finish();
    }
    play.Check(lose);
  }));
}

// libnghttp2 gets no memory now and then: the connection ends, and nothing else.
void PlayWithoutMemory() {
  std::uint64_t failed = 0;
  REQUIRE(rc::check("without memory", [&failed] {
    H2Limits limits;
    limits.memory_kept_max = 0;  // each block is malloc's, so that sanitizers see its end
    Play play(*rc::gen::arbitrary<std::uint64_t>(), limits);
    const int steps = *rc::gen::inRange(0, 400);
    {
      ScarceMemory scarce(*rc::gen::arbitrary<std::uint64_t>(),
                          *rc::gen::element<std::uint64_t>(20, 200, 2000));
      for (int i = 0; i < steps; ++i) play.Step();
      failed += scarce.failed();
    }
    play.Lose();
    play.Check(true);
  }));
  REQUIRE(failed > 10);  // how much it is, is chance
}

}  // namespace

TEST_CASE("h2: each call ends once, and nothing is left") { PlayOnce(false); }

TEST_CASE("h2: the same when the connection is lost") { PlayOnce(true); }

TEST_CASE("h2: the same when memory runs out") { PlayWithoutMemory(); }
