// The part of the Transport's contract about answers that come.
#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/contract/transport_parts.h"

namespace ringlab::transport_contract {

template <class Fixture>
void CheckAnAnswer(Fixture& f) {
  Answers answers;

  SECTION("the request arrives whole, though its bytes are gone after the call") {
    std::string group = "things";
    std::string key = "key " + kOddBytes;
    std::string origin = "n7";
    constexpr const char* kParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
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
                       .ring_fingerprint = 0xfedcba9876543210ULL,
                       .trace = ReadTrace(kParent, "vendor=some state")},
                      answers.Callback());
    for (std::string* text : {&group, &key, &origin}) text->assign(text->size(), '#');
    Await(f, answers, 1);
    REQUIRE(texts == std::vector<std::string>{"things", "key " + kOddBytes, "n7"});
    REQUIRE(seen.hop == Hop::kPeer);
    REQUIRE(seen.ring_fingerprint == 0xfedcba9876543210ULL);
    REQUIRE(seen.trace);
    REQUIRE(seen.trace->parent == kParent);
    REQUIRE(seen.trace->state == "vendor=some state");
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
}

template <class Fixture>
void CheckManyAnswers(Fixture& f) {
  Answers answers;

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

}  // namespace ringlab::transport_contract
