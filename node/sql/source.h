// SqlSource: the origin is a database. A load waits in a bounded queue for one of a few threads,
// each with a session of its own.
//
// Thread-safe. `done` runs on one of these threads, or inside Load when the queue is full. What is
// lost is told, not hidden: a load fails with kUnavailable while the database is away, at once as
// long as the next attempt to connect is not due (they back off, with jitter); kResourceExhausted
// when the queue is full. The end drops what waits and waits for the queries that are under way,
// which it interrupts. Errors are for callers: they name the kind of the database, and the reason.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/backoff.h"
#include "core/base/counter.h"
#include "core/base/random.h"
#include "core/base/time.h"
#include "core/source/source.h"
#include "node/sql/session.h"
#include "node/sql/spec.h"

namespace ringlab {

class SqlSource final : public Source {
 public:
  // The spec has its password. Connects when the first load comes. `seed` is of the backoff.
  SqlSource(SqlSpec spec, std::uint64_t seed);
  ~SqlSource() override;

  void Load(std::string_view key, LoadCallback done) override;

  SourceStats stats() const override;

 private:
  struct Job {
    std::string_view key;  // lives as long as done
    LoadCallback done;
  };

  struct Worker {
    Worker(const SqlSpec& spec, Rng its_rng)
        : session(spec, SqlSession::Told::kCaller), rng(its_rng) {}

    SqlSession session;
    Rng rng;
    std::uint32_t failures = 0;            // to connect, in a row
    TimePoint not_before{};                // the next attempt to connect
    Error why = {};                        // of the last one
    std::atomic<std::int64_t> busy_ns{0};  // since when a query has been under way; 0: none is
    std::atomic<bool> is_open{false};
    std::thread thread;
  };

  void Run(Worker& worker);
  Result<Value> Answer(Worker& worker, std::string_view key);
  Result<void> Reach(Worker& worker);
  void Watch();

  const SqlSpec spec_;
  std::string why_not_;       // a thread that could not be started: then loads fail
  mutable std::mutex mutex_;  // standard: the condition variables want it
  std::condition_variable wake_;
  std::condition_variable ended_;
  std::deque<Job> queue_;  // guarded by mutex_, as the next two
  bool stopping_ = false;
  bool over_ = false;  // no worker is left to be watched

  Counter queries_;
  Counter failures_;
  Counter connects_;
  Counter connects_failed_;
  Counter refused_;
  Counter interrupted_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::thread watchdog_;  // last: it uses the rest
};

// Whether `spec` can be read from, by a session made for it: what SqlSession::Prepare returns.
// Blocks.
Result<void> TrySqlSource(const SqlSpec& spec);

}  // namespace ringlab
