// What the sections of the Transport's contract are made of: questions, and nodes that answer them.
#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/transport.h"
#include "tests/support/answers.h"

namespace ringlab::transport_contract {

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

}  // namespace ringlab::transport_contract
