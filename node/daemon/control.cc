#include "node/daemon/control.h"

#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <string_view>
#include <thread>

namespace ringlab {

namespace {

constexpr std::size_t kLineBytesMax = 1 << 20;
constexpr int kLookEveryMs = 1000;
constexpr int kPauseMs = 10;

sigset_t OurSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

void Control::BlockReload() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Result<std::unique_ptr<Control>> Control::Open(bool read_stdin) {
  std::unique_ptr<Control> control(new Control(read_stdin));
  const sigset_t set = OurSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a reader of our stdout may leave before us
  control->signals_ = signalfd(-1, &set, SFD_CLOEXEC);
  if (control->signals_ >= 0) return control;
  return Fail(Code::kResourceExhausted,
              std::string("cannot wait for signals: ") + std::strerror(errno));
}

Control::~Control() {
  if (signals_ >= 0) close(signals_);
}

Control::Ending Control::Run(const Commands& commands) {
  std::array<pollfd, 2> watched{pollfd{signals_, POLLIN, 0}, pollfd{STDIN_FILENO, POLLIN, 0}};
  while (true) {
    const int ready = poll(watched.data(), read_stdin_ ? 2 : 1, kLookEveryMs);
    if (ready < 0) continue;  // interrupted
    if (ready == 0) {
      commands.look();
      continue;
    }
    if (watched[0].revents != 0) {
      std::string why = ReadSignal(commands);
      if (!why.empty()) return {.why = std::move(why), .by_signal = true};
      continue;
    }
    if (read_stdin_ && watched[1].revents != 0) {
      std::string why = ReadCommands(commands);
      if (!why.empty()) return {.why = std::move(why)};
    }
  }
}

void Control::ExitOnNextSignal() {
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGHUP, SIG_IGN);
  const sigset_t set = OurSignals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::string Control::ReadSignal(const Commands& commands) {
  signalfd_siginfo info{};
  if (read(signals_, &info, sizeof info) != sizeof info) {
    // No reason to end: what there is to be read stays there, and is read with the next turn.
    std::this_thread::sleep_for(std::chrono::milliseconds(kPauseMs));
    return "";
  }
  if (info.ssi_signo == SIGHUP) {
    commands.reload();
    return "";
  }
  return "received " + std::string(info.ssi_signo == SIGINT ? "SIGINT" : "SIGTERM");
}

std::string Control::ReadCommands(const Commands& commands) {
  std::array<char, 4096> chunk{};
  const ssize_t size = read(STDIN_FILENO, chunk.data(), chunk.size());
  if (size < 0 && (errno == EINTR || errno == EAGAIN)) return "";
  if (size <= 0) return "the end of stdin";
  pending_.append(chunk.data(), static_cast<std::size_t>(size));
  for (std::size_t end = pending_.find('\n'); end != std::string::npos; end = pending_.find('\n')) {
    const std::string line = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    constexpr std::string_view kPeers = "peers ";
    if (!line.starts_with(kPeers)) {
      spdlog::error("command \"{}\": expected peers NAME=HOST:PORT,...", line);
      continue;
    }
    const auto peers = ParsePeers(std::string_view(line).substr(kPeers.size()));
    if (peers) {
      commands.set_peers(*peers);
    } else {
      spdlog::error("command peers: {}", peers.error().message);
    }
  }
  return pending_.size() > kLineBytesMax ? "a command without an end" : "";
}

}  // namespace ringlab
