#include "results/gate/process.h"

#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/base/parse.h"
#include "core/base/read_stream.h"

extern char** environ;

namespace ringlab {

namespace {

constexpr int kLookEveryMs = 50;
constexpr int kGraceMs = 500;  // between the request to end and the end: somebody waits

// A file in memory that a program writes to.
class Sink {
 public:
  explicit Sink(const char* name) : file_(memfd_create(name, MFD_CLOEXEC)) {}
  ~Sink() {
    if (file_ >= 0) close(file_);
  }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  int file() const { return file_; }

  Result<std::string> Text() const {
    struct stat facts{};
    if (fstat(file_, &facts) != 0) return Fail(Code::kInternal, "what was written is gone");
    const auto size = static_cast<std::size_t>(facts.st_size);
    if (size > kOutputBytesMax) return Fail(Code::kResourceExhausted, "it wrote over 64 MiB");
    std::string text(size, '\0');
    for (std::size_t at = 0; at < size;) {
      const ssize_t got = pread(file_, text.data() + at, size - at, static_cast<off_t>(at));
      if (got <= 0) return Fail(Code::kInternal, "what was written cannot be read");
      at += static_cast<std::size_t>(got);
    }
    return text;
  }

 private:
  const int file_;
};

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

int Spawn(const Command& command, const Sink& out, const Sink& errors, pid_t& pid) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
  posix_spawn_file_actions_adddup2(&actions, out.file(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.file(), STDERR_FILENO);
  if (!command.directory.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, command.directory.c_str());
  }
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setpgroup(&attributes, 0);  // a group of its own, to end as a whole
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> argv = Pointers(command.argv);
  std::vector<char*> own;
  if (command.environment) own = Pointers(*command.environment);
  const int error = posix_spawnp(&pid, argv[0], &actions, &attributes, argv.data(),
                                 command.environment ? own.data() : environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

bool EndsWithin(int pid_file, int patience_ms) {
  pollfd end{.fd = pid_file, .events = POLLIN, .revents = 0};
  return poll(&end, 1, patience_ms) == 1;
}

// Waits for the end of a child; false when it had to be asked for.
bool AwaitEnd(pid_t pid, const StopAsked& stop) {
  // glibc 2.36 declares pidfd_open without C linkage.
  const int pid_file = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  bool asked = false;
  while (!EndsWithin(pid_file, kLookEveryMs)) {
    if (stop == nullptr || !stop()) continue;
    asked = true;
    kill(-pid, SIGTERM);
    if (!EndsWithin(pid_file, kGraceMs)) kill(-pid, SIGKILL);
    while (!EndsWithin(pid_file, kLookEveryMs)) {
    }
    break;
  }
  close(pid_file);
  return !asked;
}

}  // namespace

Result<Finished> RunToEnd(const Command& command, const StopAsked& stop) {
  const std::string& program = command.argv.front();
  if (stop != nullptr && stop()) return Fail(Code::kCancelled, "interrupted");
  const Sink out("stdout");
  const Sink errors("stderr");
  pid_t pid = -1;
  const int error = Spawn(command, out, errors, pid);
  if (error != 0) {
    return Fail(Code::kUnavailable, "run " + program + ": " + std::strerror(error));
  }
  const bool ended = AwaitEnd(pid, stop);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended) {
    kill(-pid, SIGKILL);  // whatever of its group outlived it
    return Fail(Code::kCancelled, "interrupted");
  }
  auto output = out.Text();
  auto said = errors.Text();
  if (!output || !said) {
    return Fail(Code::kResourceExhausted,
                program + ": " + (output ? said : output).error().message);
  }
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return Finished{.exit_code = code, .output = *std::move(output), .errors = *std::move(said)};
}

Result<std::string> OutputOf(const Command& command, const StopAsked& stop) {
  auto finished = RunToEnd(command, stop);
  if (!finished) return tl::unexpected(finished.error());
  if (finished->exit_code == 0) return std::move(finished->output);
  std::string text;
  for (const std::string& word : command.argv) text += (text.empty() ? "" : " ") + word;
  return Fail(Code::kInternal, text + ": exit code " + std::to_string(finished->exit_code) + "\n" +
                                   LastLines(finished->output + finished->errors));
}

std::string LastLines(const std::string& text, std::size_t lines) {
  const std::size_t end = text.find_last_not_of('\n') + 1;  // 0 when there is nothing else
  std::size_t begin = end;
  for (; lines > 0 && begin > 0; --lines) {
    const std::size_t at = text.rfind('\n', begin - 1);
    begin = at == std::string::npos ? 0 : at;
  }
  return text.substr(begin == 0 ? 0 : begin + 1, end - std::min(end, begin == 0 ? 0 : begin + 1));
}

Result<std::string> ReadWholeFile(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  auto text = ReadStream(in);
  if (!text) return Fail(Code::kNotFound, "\"" + file + "\": cannot be read");
  return *std::move(text);
}

}  // namespace ringlab
