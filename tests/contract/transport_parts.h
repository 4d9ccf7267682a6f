// What the sections of the Transport's contract are made of: questions, and nodes that answer them.
#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <memory>
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

// Holds callbacks, as a node that hangs does, until it is destroyed or told to answer. A call that
// is on its way when the transport ends may still come after that.
class HangingNode {
 public:
  ~HangingNode() { const std::vector<GetCallback> dropped = Take(/*last=*/true); }

  Handler handler() {
    return [held = held_](const GetRequest&, GetCallback done) {
      const std::lock_guard lock(held->mutex);
      if (!held->over) held->callbacks.push_back(std::move(done));
    };
  }
  void AnswerAll() {
    for (GetCallback& done : Take(/*last=*/false)) {
      done(GetReply{Value::Copy("at last"), Level::kSource});
    }
  }

 private:
  struct Held {
    std::mutex mutex;
    bool over = false;
    std::vector<GetCallback> callbacks;
  };

  std::vector<GetCallback> Take(bool last) const {
    const std::lock_guard lock(held_->mutex);
    held_->over = held_->over || last;
    return std::exchange(held_->callbacks, {});
  }

  const std::shared_ptr<Held> held_ = std::make_shared<Held>();
};

template <class Fixture>
void Await(Fixture& f, const Answers& answers, std::size_t count) {
  f.AdvanceBy(milliseconds(100));
  REQUIRE(answers.WaitFor(count));
}

}  // namespace ringlab::transport_contract
