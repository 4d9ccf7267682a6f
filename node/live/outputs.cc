#include "node/live/outputs.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <optional>

#include "node/live/flags.h"

namespace ringlab {

namespace {

namespace fs = std::filesystem;

// The end of a chain of links, whether or not there is a file.
fs::path Followed(const std::string& file) {
  constexpr int kLinksMax = 40;  // as the kernel
  std::error_code error;
  fs::path path = fs::absolute(file, error);
  for (int i = 0; i < kLinksMax && fs::is_symlink(path, error); ++i) {
    const fs::path target = fs::read_symlink(path, error);
    if (error) break;
    path = target.is_absolute() ? target : path.parent_path() / target;
  }
  return path;
}

// Which file a name stands for. Of one that is not there yet, its folder and its name in it.
struct Identity {
  bool exists = false;
  struct stat facts{};
  std::string name = {};

  // What is written there is nowhere, so that it takes any number of outputs: /dev/null, /dev/full.
  bool is_sink() const { return exists && S_ISCHR(facts.st_mode) && major(facts.st_rdev) == 1; }
  bool is_file() const { return exists && S_ISREG(facts.st_mode); }
};

std::optional<Identity> IdentityOf(int fd) {
  Identity identity{.exists = true};
  if (fstat(fd, &identity.facts) != 0) return std::nullopt;
  return identity;
}

std::optional<Identity> IdentityOf(const std::string& file, int fd_of_dash) {
  if (file.empty()) return std::nullopt;
  if (file == "-") return IdentityOf(fd_of_dash);
  Identity identity;
  identity.exists = stat(file.c_str(), &identity.facts) == 0;
  if (identity.exists) return identity;
  const fs::path path = Followed(file);
  if (stat(path.parent_path().c_str(), &identity.facts) != 0) return std::nullopt;
  identity.name = path.filename();
  return identity;
}

bool AreOne(const std::optional<Identity>& a, const std::optional<Identity>& b) {
  return a && b && !a->is_sink() && a->exists == b->exists && a->facts.st_dev == b->facts.st_dev &&
         a->facts.st_ino == b->facts.st_ino && a->name == b->name;
}

std::string Cannot(int error) { return std::string("cannot be written: ") + std::strerror(error); }

mode_t ModeOfNewFiles() {
  constexpr mode_t kAll = 0666;
  const mode_t mask = umask(0);
  umask(mask);
  return kAll & ~mask;
}

}  // namespace

struct Outputs::Output {
  std::string flag;
  std::string file;
  std::optional<Identity> identity = {};
  bool is_stdout = false;
  int fd = -1;
  fs::path place = {};      // of a file: where it goes
  std::string beside = {};  // and what it is called until it is whole; "" when it is overwritten
  bool overwrites = false;

  std::string Named() const { return flag + ": \"" + file + "\": "; }
};

Outputs::Outputs(NamedFiles files, std::function<bool()> stop) : stop_(std::move(stop)) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that has gone is told by write's result
  for (auto& [flag, file] : files) {
    if (!file.empty()) outputs_.push_back({.flag = std::move(flag), .file = std::move(file)});
  }
}

Outputs::~Outputs() {
  for (const Output& output : outputs_) {
    if (output.fd >= 0 && !output.is_stdout) close(output.fd);
    if (!output.beside.empty()) unlink(output.beside.c_str());
  }
}

std::string Outputs::Open(const NamedFiles& inputs) {
  const auto of_stdout = IdentityOf(STDOUT_FILENO);
  for (Output& output : outputs_) {
    output.identity = IdentityOf(output.file, STDOUT_FILENO);
    output.is_stdout = output.file == "-" || AreOne(output.identity, of_stdout);
  }
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const Output& output = outputs_[i];
    for (std::size_t k = 0; k < i; ++k) {
      const std::string both = outputs_[k].flag + " and " + output.flag + ": ";
      if (output.file == "-" && outputs_[k].file == "-") {
        return both + "expected one of them on stdout (-), the other in a file";
      }
      if (AreOne(output.identity, outputs_[k].identity)) {
        return both + "\"" + output.file + "\": expected a file for each";
      }
    }
  }
  for (const auto& [flag, file] : inputs) {
    const auto input = IdentityOf(file, STDIN_FILENO);
    if (!input || !input->is_file()) continue;
    const std::string is = "\"" + file + "\" is what " + flag + " reads";
    for (const Output& output : outputs_) {
      if (!AreOne(output.identity, input)) continue;
      return output.Named() + is + "; expected another file, it would be lost";
    }
    if (AreOne(of_stdout, input)) return "stdout: " + is + "; expected another file";
  }
  for (Output& output : outputs_) {
    if (std::string wrong = OpenOne(output); !wrong.empty()) return output.Named() + wrong;
  }
  return "";
}

std::string Outputs::OpenOne(Output& output) const {
  if (output.is_stdout) {
    output.fd = STDOUT_FILENO;
    return "";
  }
  const std::optional<Identity>& identity = output.identity;
  if (!identity) return Cannot(ENOENT);
  if (!identity->exists || identity->is_file()) return OpenFile(output);
  if (S_ISDIR(identity->facts.st_mode)) return Cannot(EISDIR);
  output.fd = open(output.file.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (output.fd >= 0) return "";
  return errno == ENXIO && S_ISFIFO(identity->facts.st_mode)
             ? "cannot be written: nobody reads from this pipe; start its reader first"
             : Cannot(errno);
}

std::string Outputs::OpenFile(Output& output) const {
  output.place = Followed(output.file);
  const bool is_there = output.identity->exists;
  const struct stat& facts = output.identity->facts;
  if (is_there && access(output.place.c_str(), W_OK) != 0) return Cannot(errno);
  int error = 0;
  if (!is_there || facts.st_nlink == 1) {
    std::string beside =
        output.place.parent_path() / ("." + output.place.filename().string() + ".XXXXXX");
    output.fd = mkostemp(beside.data(), O_CLOEXEC);
    error = errno;
    if (output.fd >= 0) {
      output.beside = std::move(beside);
      if (is_there && fchown(output.fd, facts.st_uid, facts.st_gid) != 0) errno = 0;
      fchmod(output.fd, is_there ? facts.st_mode & 07777 : ModeOfNewFiles());
      return "";
    }
  }
  output.overwrites = true;
  if (is_there) output.fd = open(output.place.c_str(), O_WRONLY | O_CLOEXEC);
  if (is_there) error = errno;
  return output.fd >= 0 ? "" : Cannot(error);
}

bool Outputs::take_stdout() const { return std::ranges::any_of(outputs_, &Output::is_stdout); }

// In small pieces where a reader may let us wait. Who wants the end is not held up by one who does
// not read.
std::string Outputs::WriteAll(int fd, const std::string& text) const {
  using std::chrono::steady_clock;
  constexpr int kLookEveryMs = 50;
  constexpr auto kPatience = std::chrono::milliseconds(500);
  struct stat facts{};
  const bool is_file = fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
  const std::size_t piece_max = is_file ? text.size() : std::min<std::size_t>(4096, PIPE_BUF);
  auto waiting_since = steady_clock::now();
  for (std::size_t at = 0; at < text.size();) {
    pollfd ready{.fd = fd, .events = POLLOUT, .revents = 0};
    if (!is_file && poll(&ready, 1, kLookEveryMs) == 0) {
      if (stop_ && stop_() && steady_clock::now() - waiting_since > kPatience) {
        return "nobody reads it, and the end was asked for";
      }
      continue;
    }
    const ssize_t size = write(fd, text.data() + at, std::min(piece_max, text.size() - at));
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (size < 0) return Cannot(errno);
    at += static_cast<std::size_t>(size);
    waiting_since = steady_clock::now();
  }
  return "";
}

std::string Outputs::Finish(Output& output, const std::string& text) const {
  if (output.fd < 0) return "cannot be written";
  if (output.overwrites && ftruncate(output.fd, 0) != 0) return Cannot(errno);
  std::string wrong = WriteAll(output.fd, text);
  if (output.is_stdout) return wrong;
  if (close(std::exchange(output.fd, -1)) != 0 && wrong.empty()) wrong = Cannot(errno);
  if (output.beside.empty()) return wrong;
  const std::string beside = std::exchange(output.beside, "");
  if (wrong.empty() && rename(beside.c_str(), output.place.c_str()) != 0) wrong = Cannot(errno);
  if (!wrong.empty()) unlink(beside.c_str());
  return wrong;
}

void Outputs::Write(const std::string& flag, const std::string& text) {
  for (Output& output : outputs_) {
    if (output.flag != flag) continue;
    if (const std::string wrong = Finish(output, text); !wrong.empty()) {
      failures_.push_back((output.file == "-" ? "stdout " : output.Named()) + wrong);
    }
  }
}

void Outputs::Say(const std::string& text) {
  if (take_stdout()) {
    std::cerr << text << std::flush;
    return;
  }
  std::cout.flush();
  if (const std::string wrong = WriteAll(STDOUT_FILENO, text); !wrong.empty()) {
    failures_.push_back("stdout " + wrong);
  }
}

void KeepStandardFiles() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    // The lowest free one, which is this. Not for writing: that fails, as it should.
    if (open("/dev/null", O_RDONLY) < 0) return;
  }
}

int AfterStdout(const std::string& tool, int exit) {
  if (std::cout.flush()) return exit;
  std::cerr << tool << ": stdout cannot be written\n";
  return kExitUsage;
}

}  // namespace ringlab
