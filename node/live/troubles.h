// Troubles: what of a running part does not work for now, for whoever asks whether it is ready.
//
// Thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/sync.h"

namespace ringlab {

class Troubles {
 public:
  // `kind` is one of few; the text replaces the one before.
  void Set(std::string_view kind, std::string text) {
    const MutexLock lock(mutex_);
    kinds_.insert_or_assign(std::string(kind), std::move(text));
  }
  void Clear(std::string_view kind) {
    const MutexLock lock(mutex_);
    const auto found = kinds_.find(kind);
    if (found != kinds_.end()) kinds_.erase(found);
  }

  // A line each, by kind.
  std::vector<std::string> list() const {
    std::vector<std::string> lines;
    const MutexLock lock(mutex_);
    for (const auto& [kind, text] : kinds_) lines.push_back(text);
    return lines;
  }

 private:
  mutable Mutex mutex_;
  std::map<std::string, std::string, std::less<>> kinds_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
