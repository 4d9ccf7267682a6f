#include "node/sql/source.h"

#include <chrono>
#include <system_error>
#include <utility>

#include "node/live/timer_thread.h"

namespace ringlab {

namespace {

constexpr BackoffOptions kReconnect{.first = std::chrono::milliseconds(100),
                                    .longest = std::chrono::seconds(5)};
constexpr Duration kWatchEvery = std::chrono::milliseconds(250);
// Beyond its timeout a query gets this long to be given up by the database itself.
constexpr Duration kTimeoutSlack = std::chrono::milliseconds(500);

}  // namespace

SqlSource::SqlSource(SqlSpec spec, std::uint64_t seed) : spec_(std::move(spec)) {
  const Rng rng(seed);
  for (std::uint64_t i = 0; i < spec_.threads; ++i) {
    workers_.push_back(
        std::make_unique<Worker>(spec_, rng.Split("sql session " + std::to_string(i))));
  }
  try {
    for (const auto& worker : workers_) {
      worker->thread = std::thread([this, &w = *worker] { Run(w); });
    }
    watchdog_ = std::thread([this] { Watch(); });
  } catch (const std::system_error& error) {
    why_not_ = std::string("start a thread: ") + error.what();
  }
}

SqlSource::~SqlSource() {
  std::deque<Job> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(queue_);
  }
  wake_.notify_all();
  dropped.clear();  // outside the lock: a dropped load may ask for another
  for (const auto& worker : workers_) worker->session.Interrupt();
  for (const auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_all();
  if (watchdog_.joinable()) watchdog_.join();
}

void SqlSource::Load(std::string_view key, LoadCallback done) {
  if (!why_not_.empty()) {
    return done(Fail(Code::kResourceExhausted, DoingLoad(key) + ": " + why_not_));
  }
  std::size_t waiting = 0;
  {
    const std::lock_guard lock(mutex_);
    waiting = queue_.size();
    if (!stopping_ && waiting < spec_.queue) {
      queue_.push_back({key, std::move(done)});
      wake_.notify_one();
      return;
    }
  }
  refused_.Add();
  done(Fail(Code::kResourceExhausted, DoingLoad(key) + " from " +
                                          std::string(DatabaseName(spec_.database)) +
                                          ": the source is busy: " + std::to_string(waiting) +
                                          " loads wait already (queue=)"));
}

void SqlSource::Run(Worker& worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    job.done(Answer(worker, job.key));
    job.done = nullptr;  // what it carries may load more, so not under the lock
    lock.lock();
  }
}

// A session that was idle for long is often closed by the other side, so a lost one is tried once
// more with a new one.
Result<Value> SqlSource::Answer(Worker& worker, std::string_view key) {
  const bool was_open = worker.session.is_prepared();
  worker.busy_ns = TimerThread::SteadyNow().time_since_epoch().count();
  Result<Value> found = Fail(Code::kUnavailable, "");
  for (int attempt = 0; attempt < (was_open ? 2 : 1); ++attempt) {
    if (auto reached = Reach(worker); !reached) {
      found = Fail(reached.error().code, DoingLoad(key) + ": " + reached.error().message);
      break;
    }
    queries_.Add();
    found = worker.session.Find(key);
    if (found || found.error().code != Code::kUnavailable) break;
  }
  worker.busy_ns = 0;
  worker.is_open = worker.session.is_prepared();
  if (!found && found.error().code == Code::kFailedPrecondition) {
    found.error().code = Code::kInternal;  // it is not the caller's doing
  }
  if (!found && found.error().code != Code::kNotFound) failures_.Add();
  return found;
}

// Sees to it that the worker is connected.
Result<void> SqlSource::Reach(Worker& worker) {
  if (worker.session.is_prepared() && !worker.session.is_replaced()) return {};
  const TimePoint now = TimerThread::SteadyNow();
  if (now < worker.not_before) return tl::unexpected<Error>(worker.why);
  connects_.Add();
  auto prepared = worker.session.Prepare();
  if (prepared) {
    worker.failures = 0;
    return {};
  }
  connects_failed_.Add();
  worker.why = prepared.error();
  worker.not_before = SaturatingAdd(TimerThread::SteadyNow(),
                                    BackoffWait(kReconnect, worker.failures++, worker.rng));
  return tl::unexpected<Error>(worker.why);
}

// A database that is there and says nothing would hold a thread for ever.
void SqlSource::Watch() {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, kWatchEvery, [&] { return over_; })) {
    lock.unlock();
    const TimePoint now = TimerThread::SteadyNow();
    for (const auto& worker : workers_) {
      const std::int64_t since = worker->busy_ns;
      if (since == 0 || now - TimePoint(Duration(since)) < spec_.timeout + kTimeoutSlack) continue;
      worker->session.Interrupt();
      interrupted_.Add();
    }
    lock.lock();
  }
}

SourceStats SqlSource::stats() const {
  SourceStats stats{.queries = queries_.value(),
                    .failures = failures_.value(),
                    .refused = refused_.value(),
                    .interrupted = interrupted_.value(),
                    .connects = connects_.value(),
                    .connects_failed = connects_failed_.value(),
                    .sessions_max = spec_.threads};
  for (const auto& worker : workers_) stats.sessions += worker->is_open ? 1 : 0;
  const std::lock_guard lock(mutex_);
  stats.waiting = queue_.size();
  return stats;
}

Result<void> TrySqlSource(const SqlSpec& spec) { return SqlSession(spec).Prepare(); }

}  // namespace ringlab
