// ChildProcess: a program that we start, talk to over its stdin and stdout, and surely end.
//
// Not thread-safe. The child has a process group of its own, so a Ctrl-C meant for us does not
// reach it, and its stderr is ours. It cannot outlive us if it ends at the end of its stdin.
// Starting one makes this process ignore SIGPIPE.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace ringlab {

class ChildProcess {
 public:
  // kUnavailable, naming the program, when it cannot be started.
  // The child's environment is ours and, before it, `environment`: "NAME=VALUE".
  static Result<std::unique_ptr<ChildProcess>> Start(
      const std::string& program, const std::vector<std::string>& arguments,
      const std::vector<std::string>& environment = {});

  // Ends it as End does, with a few seconds of grace.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The next line of its stdout, without the line's end. kUnavailable when it ended before,
  // kDeadlineExceeded when it said nothing for `patience`.
  Result<std::string> ReadLine(Duration patience);

  // False when it no longer listens.
  bool WriteLine(const std::string& line);

  // The end of input: for a child that heeds it, the request to stop.
  void CloseStdin();

  bool HasEnded();

  // "process 7 ended with exit code 2", for a child whose output or self has ended.
  std::string HowItEnded();

  // Closes its stdin, waits for its end, and kills it when that takes longer than `grace`.
  // Idempotent.
  void End(Duration grace);

  pid_t pid() const { return pid_; }

 private:
  ChildProcess(pid_t pid, int to_child, int from_child);

  bool WaitForEnd(Duration patience);

  const pid_t pid_;
  int to_child_;
  const int from_child_;
  std::string received_;  // of stdout, not yet asked for
  bool reaped_ = false;
  std::optional<int> status_;  // as waitpid told it
};

}  // namespace ringlab
