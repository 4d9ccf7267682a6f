// JobDealer: which jobs are begun next, and whose result's turn it is.
//
// Jobs are begun in the order of their numbers; results come in any order and are kept until all
// before them have come. So what is taken does not depend on who did what. Memory for the results
// that are ahead of their turn. Pure; not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ringlab {

struct JobRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  std::uint64_t size() const { return end - begin; }
};

struct JobResult {
  std::uint64_t job = 0;
  std::string bytes;
};

class JobDealer {
 public:
  explicit JobDealer(std::uint64_t jobs) : jobs_(jobs) {}

  // The next jobs to begin, `wanted` at most; empty when all are begun, or after Stop().
  JobRange Deal(std::uint64_t wanted);

  // No further job is dealt.
  void Stop() { stopped_ = true; }

  // False when nobody was dealt that job, or its result has come already: it is not kept.
  bool Keep(JobResult result);

  // The results whose turn it is, in order; each once.
  std::vector<JobResult> TakeReady();

  std::uint64_t done() const { return done_; }    // whose results came
  std::uint64_t taken() const { return taken_; }  // the first so many
  bool is_over() const { return taken_ == jobs_; }

  // Whether every job that was dealt has come.
  bool is_idle() const { return done_ == dealt_; }

 private:
  const std::uint64_t jobs_;
  std::uint64_t dealt_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t taken_ = 0;
  bool stopped_ = false;
  std::map<std::uint64_t, std::string> ahead_;  // by job, from taken_ on
};

}  // namespace ringlab
