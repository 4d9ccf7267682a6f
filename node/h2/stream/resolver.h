// Resolver: asks the system for the addresses of names, on a thread of its own, because the system
// may take seconds. The thread starts with the first name.
//
// Thread-safe. Ending it waits for the question that is being asked, and drops the others.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/function.h"
#include "core/base/result.h"
#include "node/h2/stream/socket.h"

namespace ringlab {

class Resolver {
 public:
  // Called on the resolver's thread.
  using Found = Function<void(Result<std::vector<SocketAddress>>)>;

  Resolver() = default;
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  ~Resolver() { Stop(); }

  // Who asks has one question open at a time: their number bounds the queue.
  void Ask(HostPort name, Found found);

  void Stop();

 private:
  struct Question {
    HostPort name;
    Found found;
  };

  void Run();

  std::mutex mutex_;  // standard: the condition variable wants it
  std::condition_variable asked_;
  std::deque<Question> questions_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace ringlab
