#include "node/live/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "node/live/timer_thread.h"

extern char** environ;

namespace ringlab {

namespace {

struct Pipe {
  int read = -1;
  int write = -1;
};

// Close-on-exec, so that no other child inherits it: an inherited end would hide the end of stdin.
bool Open(Pipe& pipe) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  pipe = {ends[0], ends[1]};
  return true;
}

void Close(Pipe& pipe) {
  if (pipe.read >= 0) close(pipe.read);
  if (pipe.write >= 0) close(pipe.write);
}

// Its own process group, default signal handling, nothing blocked.
void SetAttributes(posix_spawnattr_t& attributes) {
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

// The first of a name is the one that counts.
std::vector<char*> Environment(const std::vector<std::string>& first) {
  std::vector<char*> all;
  for (const std::string& variable : first) all.push_back(const_cast<char*>(variable.c_str()));
  for (char** variable = environ; *variable != nullptr; ++variable) all.push_back(*variable);
  all.push_back(nullptr);
  return all;
}

int Spawn(const std::string& program, const std::vector<std::string>& arguments,
          std::vector<char*> environment, const Pipe& in, const Pipe& out, pid_t& pid) {
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.write, STDOUT_FILENO);
  posix_spawnattr_t attributes;
  SetAttributes(attributes);
  const int error =
      posix_spawn(&pid, program.c_str(), &actions, &attributes, argv.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const std::string& program, const std::vector<std::string>& arguments,
    const std::vector<std::string>& environment) {
  std::signal(SIGPIPE, SIG_IGN);  // a child that died is told by WriteLine's result
  Pipe in;
  Pipe out;
  pid_t pid = -1;
  int error = 0;
  if (!Open(in) || !Open(out)) {
    error = errno;
  } else {
    error = Spawn(program, arguments, Environment(environment), in, out, pid);
  }
  if (error != 0) {
    Close(in);
    Close(out);
    return Fail(Code::kUnavailable, "start \"" + program + "\": " + std::strerror(error));
  }
  close(in.read);
  close(out.write);
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, in.write, out.read));
}

ChildProcess::ChildProcess(pid_t pid, int to_child, int from_child)
    : pid_(pid), to_child_(to_child), from_child_(from_child) {}

ChildProcess::~ChildProcess() {
  End(std::chrono::seconds(3));
  close(from_child_);
}

Result<std::string> ChildProcess::ReadLine(Duration patience) {
  const TimePoint give_up = SaturatingAdd(TimerThread::SteadyNow(), patience);
  while (true) {
    if (const std::size_t end = received_.find('\n'); end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return line;
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(give_up - TimerThread::SteadyNow());
    constexpr std::int64_t kPollMsMax = 60'000;
    pollfd watched{from_child_, POLLIN, 0};
    if (left.count() <= 0) {
      return Fail(Code::kDeadlineExceeded,
                  "process " + std::to_string(pid_) + " said nothing in time");
    }
    if (poll(&watched, 1, static_cast<int>(std::min(left.count(), kPollMsMax))) <= 0) continue;
    std::array<char, 4096> chunk{};
    const ssize_t size = read(from_child_, chunk.data(), chunk.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) {
      return Fail(Code::kUnavailable, HowItEnded());
    }
    received_.append(chunk.data(), static_cast<std::size_t>(size));
  }
}

bool ChildProcess::WriteLine(const std::string& line) {
  const std::string text = line + '\n';
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t size = write(to_child_, text.data() + at, text.size() - at);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    at += static_cast<std::size_t>(size);
  }
  return true;
}

bool ChildProcess::HasEnded() {
  if (reaped_) return true;
  int status = 0;
  const pid_t waited = waitpid(pid_, &status, WNOHANG);
  if (waited == pid_) status_ = status;
  // No such child: whoever started us ignores SIGCHLD, so the kernel kept no status for us.
  reaped_ = waited == pid_ || (waited < 0 && errno == ECHILD);
  return reaped_;
}

bool ChildProcess::WaitForEnd(Duration patience) {
  const TimePoint give_up = SaturatingAdd(TimerThread::SteadyNow(), patience);
  while (!HasEnded() && TimerThread::SteadyNow() < give_up) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return HasEnded();
}

std::string ChildProcess::HowItEnded() {
  const std::string who = "process " + std::to_string(pid_);
  constexpr Duration kEndOfOutputToEnd = std::chrono::seconds(1);
  if (!WaitForEnd(kEndOfOutputToEnd)) return who + " closed its output, and runs on";
  if (!status_) return who + " ended";
  if (WIFSIGNALED(*status_)) {
    return who + " was ended by signal " + std::to_string(WTERMSIG(*status_)) + " (" +
           strsignal(WTERMSIG(*status_)) + ")";
  }
  return who + " ended with exit code " + std::to_string(WEXITSTATUS(*status_));
}

void ChildProcess::CloseStdin() {
  if (to_child_ >= 0) close(to_child_);
  to_child_ = -1;
}

void ChildProcess::End(Duration grace) {
  CloseStdin();
  if (WaitForEnd(grace)) return;
  kill(pid_, SIGKILL);
  WaitForEnd(std::chrono::hours(1));  // stopped or not, a killed process ends
}

}  // namespace ringlab
