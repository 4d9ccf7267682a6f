// What every Transport promises (core/transport.h), as one suite over all of them.
//
// In a TEST_CASE: `DirectFixture f; CheckTransportContract(f);`. The fixture is built anew for each
// section, and provides
//   Transport& transport()
//   void Serve(std::string name, Handler)  a node of that name that answers, or hangs, as it likes
//   void Kill(const std::string& name)     nothing answers there any more
//   TimePoint Now()
//   void AdvanceBy(Duration)   lets time pass where it is virtual; where it is real, may return at
//                              once: the suite then waits for its answers
//   void End()                 destroys the transport; handlers may still hold callbacks
// Answers are awaited, for as long as it takes: nothing here depends on how fast the machine is.
#pragma once

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/transport.h"
#include "tests/support/answers.h"

namespace ringlab {

namespace transport_contract {

using Handler = std::function<void(const GetRequest&, GetCallback)>;
using std::chrono::hours;
using std::chrono::milliseconds;

inline const std::string kOddBytes("a\0b \xff\xfe\n", 7);

inline GetRequest Ask(std::string_view key, TimePoint deadline = kNever) {
  return {.group = "g", .key = key, .hop = Hop::kPeer, .deadline = deadline};
}

inline Handler Echo() {
  return [](const GetRequest& request, GetCallback done) {
    done(GetReply{Value::Copy("echo " + std::string(request.key)), Level::kCache});
  };
}

// Holds callbacks, as a node that hangs does, until it is destroyed or told to answer.
class HangingNode {
 public:
  Handler handler() {
    return [this](const GetRequest&, GetCallback done) {
      const std::lock_guard lock(mutex_);
      held_.push_back(std::move(done));
    };
  }
  void AnswerAll() {
    std::vector<GetCallback> held;
    {
      const std::lock_guard lock(mutex_);
      held.swap(held_);
    }
    for (GetCallback& done : held) done(GetReply{Value::Copy("at last"), Level::kSource});
  }

 private:
  std::mutex mutex_;
  std::vector<GetCallback> held_;
};

template <class Fixture>
void Await(Fixture& f, const Answers& answers, std::size_t count) {
  f.AdvanceBy(milliseconds(100));
  REQUIRE(answers.WaitFor(count));
}

template <class Fixture>
void CheckAnswers(Fixture& f) {
  Answers answers;

  SECTION("the request arrives whole, though its bytes are gone after the call") {
    std::string group = "things";
    std::string key = "key " + kOddBytes;
    std::string origin = "n7";
    const TimePoint deadline = f.Now() + hours(1);
    GetRequest seen;
    std::vector<std::string> texts;
    f.Serve("n1", [&](const GetRequest& request, GetCallback done) {
      seen = request;
      for (const auto text : {request.group, request.key, request.origin}) {
        texts.emplace_back(text);
      }
      done(GetReply{Value::Copy("ok"), Level::kCache});
    });
    f.transport().Get("n1",
                      {.group = group,
                       .key = key,
                       .hop = Hop::kPeer,
                       .deadline = deadline,
                       .origin = origin,
                       .ring_fingerprint = 0xfedcba9876543210ULL},
                      answers.Callback());
    for (std::string* text : {&group, &key, &origin}) text->assign(text->size(), '#');
    Await(f, answers, 1);
    REQUIRE(texts == std::vector<std::string>{"things", "key " + kOddBytes, "n7"});
    REQUIRE(seen.hop == Hop::kPeer);
    REQUIRE(seen.ring_fingerprint == 0xfedcba9876543210ULL);
    // A wire may carry it as the time that is left.
    REQUIRE(seen.deadline > deadline - std::chrono::minutes(30));
    REQUIRE(seen.deadline < deadline + std::chrono::minutes(30));
  }

  SECTION("values come back as they are") {
    const std::string large(1 << 20, 'x');
    for (const std::string& bytes : {std::string(), kOddBytes, large}) {
      Answers one;
      f.Serve("n1", [&](const GetRequest&, GetCallback done) {
        done(GetReply{Value::Copy(bytes), Level::kCache});
      });
      f.transport().Get("n1", Ask("k"), one.Callback());
      Await(f, one, 1);
      REQUIRE(one.at(0));
      REQUIRE(one.at(0)->value);
      REQUIRE(one.at(0)->value.view() == bytes);
    }
  }

  SECTION("what the node itself answered keeps its code and message") {
    for (const Code code : {Code::kNotFound, Code::kInvalidArgument, Code::kResourceExhausted,
                            Code::kInternal, Code::kDeadlineExceeded, Code::kUnavailable}) {
      Answers one;
      f.Serve("n1", [&](const GetRequest&, GetCallback done) {
        done(Fail(code, "no value for \"k\", 100 %"));
      });
      f.transport().Get("n1", Ask("k"), one.Callback());
      Await(f, one, 1);
      REQUIRE_FALSE(one.at(0));
      REQUIRE(one.at(0).error() == Error{code, "no value for \"k\", 100 %"});
    }
  }

  SECTION("each node answers for itself") {
    for (const std::string name : {"n1", "n2"}) {
      f.Serve(name, [name](const GetRequest&, GetCallback done) {
        done(GetReply{Value::Copy(name), Level::kCache});
      });
    }
    for (const char* name : {"n1", "n2"}) {
      Answers one;
      f.transport().Get(name, Ask("k"), one.Callback());
      Await(f, one, 1);
      REQUIRE(one.text(0) == std::string("OK: ") + name);
    }
  }

  SECTION("calls of many threads are each answered once, with their own answer") {
    constexpr int kThreads = 4;
    constexpr int kCalls = 100;
    f.Serve("n1", Echo());
    std::vector<Answers> own(kThreads * kCalls);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = t * kCalls; i < (t + 1) * kCalls; ++i) {
          f.transport().Get("n1", Ask(std::to_string(i)),
                            own[static_cast<std::size_t>(i)].Callback());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    f.AdvanceBy(milliseconds(100));
    for (std::size_t i = 0; i < own.size(); ++i) {
      REQUIRE(own[i].WaitFor(1));
      REQUIRE(own[i].text(0) == "OK: echo " + std::to_string(i));
    }
    f.End();
    for (const Answers& one : own) REQUIRE(one.size() == 1);
  }

  SECTION("a callback may ask again: none runs under a lock") {
    f.Serve("n1", Echo());
    f.transport().Get("n1", Ask("first"), [&](const Result<GetReply>&) {
      f.transport().Get("n1", Ask("second"), answers.Callback());
    });
    f.AdvanceBy(milliseconds(100));
    Await(f, answers, 1);
    REQUIRE(answers.text(0) == "OK: echo second");
  }
}

template <class Fixture>
void CheckFailures(Fixture& f) {
  HangingNode hanging;
  Answers answers;

  SECTION("an unknown name is UNAVAILABLE") {
    f.Serve("n1", Echo());
    f.transport().Get("n9", Ask("k"), answers.Callback());
    Await(f, answers, 1);
    REQUIRE(answers.text(0) == "UNAVAILABLE");
  }

  SECTION("a dead node is UNAVAILABLE and the others live on") {
    f.Serve("n1", Echo());
    f.Serve("n2", Echo());
    f.Kill("n1");
    f.transport().Get("n1", Ask("k"), answers.Callback());
    Await(f, answers, 1);
    f.transport().Get("n2", Ask("k"), answers.Callback());
    Await(f, answers, 2);
    REQUIRE(answers.text(0) == "UNAVAILABLE");
    REQUIRE(answers.text(1) == "OK: echo k");
  }

  SECTION("a node that hangs costs its caller the deadline, once") {
    f.Serve("n1", hanging.handler());
    f.transport().Get("n1", Ask("k", f.Now() + milliseconds(50)), answers.Callback());
    Await(f, answers, 1);
    REQUIRE(answers.text(0) == "DEADLINE_EXCEEDED");
    hanging.AnswerAll();
    f.AdvanceBy(milliseconds(100));
    f.End();
    REQUIRE(answers.size() == 1);
  }

  SECTION("a deadline that has passed already is DEADLINE_EXCEEDED") {
    f.Serve("n1", hanging.handler());
    f.transport().Get("n1", Ask("k", f.Now() - milliseconds(1)), answers.Callback());
    Await(f, answers, 1);
    REQUIRE(answers.text(0) == "DEADLINE_EXCEEDED");
  }

  SECTION("calls under way at the end are answered with an error, once") {
    f.Serve("n1", hanging.handler());
    for (int i = 0; i < 10; ++i) f.transport().Get("n1", Ask("k"), answers.Callback());
    f.AdvanceBy(milliseconds(100));
    f.End();
    REQUIRE(answers.WaitFor(10));
    hanging.AnswerAll();  // late, into nothing
    REQUIRE(answers.size() == 10);
    for (std::size_t i = 0; i < answers.size(); ++i) REQUIRE_FALSE(answers.at(i));
  }
}

}  // namespace transport_contract

template <class Fixture>
void CheckTransportContract(Fixture& fixture) {
  transport_contract::CheckAnswers(fixture);
  transport_contract::CheckFailures(fixture);
}

}  // namespace ringlab
