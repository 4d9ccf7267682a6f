#include "sim/mpi/job_threads.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "node/live/environment.h"

namespace ringlab {

struct JobThreads::State {
  explicit State(Work its_work) : work(std::move(its_work)) {}

  const Work work;
  std::mutex mutex;  // of all below
  std::condition_variable more;
  std::condition_variable ended;
  std::deque<std::uint64_t> waiting;
  std::uint64_t running = 0;
  std::vector<JobResult> done;
  bool over = false;
};

JobThreads::JobThreads(Work work)
    : state_(std::make_shared<State>(std::move(work))), threads_(CoresOfThisProcess()) {
  for (std::uint64_t i = 0; i < threads_; ++i) {
    std::thread([state = state_] { Serve(state); }).detach();
  }
}

JobThreads::~JobThreads() {
  const std::lock_guard lock(state_->mutex);
  state_->over = true;
  state_->waiting.clear();
  state_->more.notify_all();
}

void JobThreads::Serve(const std::shared_ptr<State>& state) {
  std::unique_lock lock(state->mutex);
  while (true) {
    state->more.wait(lock, [&] { return state->over || !state->waiting.empty(); });
    if (state->over) return;
    const std::uint64_t job = state->waiting.front();
    state->waiting.pop_front();
    ++state->running;
    lock.unlock();
    JobResult result{.job = job, .bytes = state->work(job)};
    lock.lock();
    --state->running;
    state->done.push_back(std::move(result));
    state->ended.notify_one();
  }
}

void JobThreads::Add(JobRange jobs) {
  const std::lock_guard lock(state_->mutex);
  for (std::uint64_t job = jobs.begin; job < jobs.end; ++job) state_->waiting.push_back(job);
  state_->more.notify_all();
}

void JobThreads::DropWaiting() {
  const std::lock_guard lock(state_->mutex);
  state_->waiting.clear();
}

std::uint64_t JobThreads::wanted() const {
  const std::uint64_t most = 2 * threads_;
  const std::uint64_t has = under_way();
  return has < most ? most - has : 0;
}

std::uint64_t JobThreads::under_way() const {
  const std::lock_guard lock(state_->mutex);
  return state_->waiting.size() + state_->running;
}

std::vector<JobResult> JobThreads::TakeDone(Duration patience) {
  std::unique_lock lock(state_->mutex);
  state_->ended.wait_for(lock, patience, [&] { return !state_->done.empty(); });
  return std::exchange(state_->done, {});
}

}  // namespace ringlab
