// What ran, in order: for the Scheduler's contract.
#pragma once

#include <mutex>
#include <vector>

namespace ringlab::scheduler_contract {

class Record {
 public:
  void Add(int id) {
    const std::lock_guard lock(mutex_);
    ids_.push_back(id);
  }
  std::vector<int> ids() const {
    const std::lock_guard lock(mutex_);
    return ids_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<int> ids_;
};

}  // namespace ringlab::scheduler_contract
