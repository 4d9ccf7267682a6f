// FakeSource: a source that answers as a test scripts it, well or badly.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "core/source/source.h"

namespace ringlab {

// Thread-safe.
class FakeSource final : public Source {
 public:
  enum class Script {
    kNow,        // the value, inside Load
    kTwice,      // the value, then another one
    kAbsent,     // kNotFound, inside Load
    kFail,       // kUnavailable, inside Load
    kHold,       // nothing until Release; at the end of the source the callback is dropped
    kDrop,       // the callback is destroyed uncalled, inside Load
    kThrow,      // std::runtime_error out of Load
    kThrowOdd,   // an int out of Load
    kThrowLate,  // the value, inside Load, then std::runtime_error
  };

  explicit FakeSource(Script script = Script::kNow) : script_(script) {}

  static std::string ValueOf(std::string_view key) { return "value of " + std::string(key); }

  void Play(Script script) {
    const std::lock_guard lock(mutex_);
    script_ = script;
  }

  void Load(std::string_view key, LoadCallback done) override {
    switch (Count(key)) {
      case Script::kNow: return done(Value::Copy(ValueOf(key)));
      case Script::kTwice: {
        const Value first = Value::Copy(ValueOf(key));  // the key ends with the first call
        done(first);
        return done(Value::Copy("a second answer"));
      }
      case Script::kAbsent: return done(Absent(key));
      case Script::kFail: return done(Fail(Code::kUnavailable, "the fake source is down"));
      case Script::kHold: return Hold(key, std::move(done));
      case Script::kDrop: return;
      case Script::kThrow: throw std::runtime_error("the fake source threw");
      case Script::kThrowOdd: throw 7;
      case Script::kThrowLate:
        done(Value::Copy(ValueOf(key)));
        throw std::runtime_error("the fake source threw after its answer");
    }
  }

  // Answers the oldest held load with its value, or with `error`; false when none is held.
  bool Release() { return ReleaseWith(true, {}); }
  bool ReleaseFailing(Error error) { return ReleaseWith(false, std::move(error)); }

  int loads() const {
    const std::lock_guard lock(mutex_);
    return loads_;
  }
  int loads_of(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = loads_by_key_.find(key);
    return found == loads_by_key_.end() ? 0 : found->second;
  }
  std::size_t held() const {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }

 private:
  struct Held {
    std::string key;
    LoadCallback done;
  };

  static tl::unexpected<Error> Absent(std::string_view key) {
    return Fail(Code::kNotFound, "no value for key \"" + std::string(key) + "\"");
  }

  Script Count(std::string_view key) {
    const std::lock_guard lock(mutex_);
    ++loads_;
    ++loads_by_key_[std::string(key)];
    return script_;
  }

  void Hold(std::string_view key, LoadCallback done) {
    const std::lock_guard lock(mutex_);
    held_.push_back({std::string(key), std::move(done)});
  }

  bool ReleaseWith(bool well, Error error) {
    Held load;
    {
      const std::lock_guard lock(mutex_);
      if (held_.empty()) return false;
      load = std::move(held_.front());
      held_.pop_front();
    }
    if (well) {
      load.done(Value::Copy(ValueOf(load.key)));
    } else {
      load.done(tl::unexpected<Error>(std::move(error)));
    }
    return true;
  }

  mutable std::mutex mutex_;
  Script script_;
  int loads_ = 0;
  std::map<std::string, int> loads_by_key_;
  std::deque<Held> held_;
};

}  // namespace ringlab
