// Ground: what the nodes of a cluster stand on: this machine and its time (sim/loopback/
// live_ground.h), or virtual time on a virtual network (sim/loopback/virtual_ground.h).
//
// From one thread, except where a method says otherwise. Ends after the cluster.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "core/base/result.h"
#include "core/base/scheduler.h"
#include "node/node_runtime.h"

namespace ringlab {

// Something to wait for, which somebody opens once. Thread-safe.
class Gate {
 public:
  void Open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    opened_.notify_all();
  }
  bool is_open() const {
    const std::lock_guard lock(mutex_);
    return is_open_;
  }
  // False when it was not opened in time.
  bool WaitFor(Duration patience) {
    std::unique_lock lock(mutex_);
    return opened_.wait_for(lock, patience, [this] { return is_open_; });
  }

 private:
  mutable std::mutex mutex_;  // standard: the condition variable wants it
  std::condition_variable opened_;
  bool is_open_ = false;
};

class Ground {
 public:
  virtual ~Ground() = default;

  // What a node of that name runs on; every start asks anew.
  virtual Result<std::shared_ptr<NodeRuntime>> RuntimeOf(const std::string& node) = 0;

  // How the client reaches them, and its time. Thread-safe.
  virtual std::shared_ptr<Links> links() = 0;
  virtual Scheduler& client_timer() = 0;

  virtual TimePoint Now() const = 0;

  // Lets time pass until the gate is open, or for as long as that: false.
  virtual bool Await(Gate& gate, Duration patience) = 0;

  // Runs `act`, which calls into the node of that name, or with "" into what belongs to the client.
  virtual void As(const std::string& node, const std::function<void()>& act) = 0;

  // The node is about to be stopped, having had `grace` to finish what it does; and is gone.
  virtual void Ending(const std::string& node, Duration grace) = 0;
  virtual void Ended(const std::string& node) = 0;

  // The client's tasks run no more: they may hold its end.
  virtual void EndClient() = 0;

  // Room for so many more nodes; kResourceExhausted, saying how many there is room for.
  virtual Result<void> Reserve(std::uint64_t nodes) = 0;
};

}  // namespace ringlab
