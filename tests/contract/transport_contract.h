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

#include <catch2/catch.hpp>
#include <chrono>

#include "tests/contract/transport_answers.h"
#include "tests/contract/transport_parts.h"

namespace ringlab {

namespace transport_contract {

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
  transport_contract::CheckAnAnswer(fixture);
  transport_contract::CheckManyAnswers(fixture);
  transport_contract::CheckFailures(fixture);
}

}  // namespace ringlab
