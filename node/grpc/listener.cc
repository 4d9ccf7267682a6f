#include "node/grpc/listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "node/live/descriptors.h"
#include "node/live/timer_thread.h"

namespace ringlab {

namespace {

constexpr int kSocketsOfTurnMax = 64;
constexpr int kRestMs = 100;
constexpr const char* kTrouble = "accept";

// -1 and errno when it cannot be.
int ListenAt(const addrinfo& at) {
  const int on = 1;
  const int listener =
      socket(at.ai_family, at.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, at.ai_protocol);
  if (listener < 0) return -1;
  if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      bind(listener, at.ai_addr, at.ai_addrlen) == 0 && listen(listener, SOMAXCONN) == 0) {
    return listener;
  }
  const int why = errno;
  close(listener);
  errno = why;
  return -1;
}

in_port_t& PortOf(sockaddr& address) {
  return address.sa_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                       : reinterpret_cast<sockaddr_in&>(address).sin_port;
}

in_port_t BoundPort(int listener) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (getsockname(listener, reinterpret_cast<sockaddr*>(&bound), &size) != 0) return 0;
  return PortOf(reinterpret_cast<sockaddr&>(bound));
}

bool IsScarcity(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

// The thread, and whom it listens for. Who changes that waits until the thread has seen it.
class GrpcListeners::Loop {
 public:
  ~Loop() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    Wake();
    if (thread_.joinable()) thread_.join();
    for (const int end : wake_) {
      if (end >= 0) close(end);
    }
  }

  Result<void> Start() {
    if (thread_.joinable()) return {};
    if (wake_[0] < 0 && pipe2(wake_.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
      return Fail(Code::kResourceExhausted, std::strerror(errno));
    }
    try {
      thread_ = std::thread([this] { Run(); });
    } catch (const std::system_error& error) {
      return Fail(Code::kResourceExhausted, error.what());
    }
    return {};
  }

  Result<void> Add(std::shared_ptr<Ears> ears) {
    std::unique_lock lock(mutex_);
    if (auto started = Start(); !started) return started;
    all_.push_back(std::move(ears));
    AwaitSeen(lock);
    return {};
  }

  void Remove(const std::shared_ptr<Ears>& ears) {
    std::unique_lock lock(mutex_);
    std::erase(all_, ears);
    if (thread_.joinable()) AwaitSeen(lock);
  }

 private:
  void Wake() {
    if (wake_[1] >= 0) (void)!write(wake_[1], "x", 1);
  }

  void AwaitSeen(std::unique_lock<std::mutex>& lock) {
    const std::uint64_t wanted = ++changes_;
    Wake();
    seen_by_thread_.wait(lock, [&] { return seen_ >= wanted; });
  }

  void Run() {
    bool resting = false;
    while (true) {
      std::vector<std::shared_ptr<Ears>> all;
      {
        const std::lock_guard lock(mutex_);
        if (over_) return;
        seen_ = changes_;
        all = all_;
      }
      seen_by_thread_.notify_all();
      resting = !Listen(all, resting);
    }
  }

  // One wait, and what came of it. False when the system had no descriptor for somebody.
  bool Listen(const std::vector<std::shared_ptr<Ears>>& all, bool resting) {
    std::vector<pollfd> watched{{wake_[0], POLLIN, 0}};
    std::vector<Ears*> whose{nullptr};
    for (const auto& ears : all) {
      for (const int listener : ears->sockets) {
        watched.push_back({listener, POLLIN, 0});
        whose.push_back(ears.get());
      }
    }
    // At rest the listeners, which stay ready, are left alone.
    const auto count = static_cast<nfds_t>(resting ? 1 : watched.size());
    if (poll(watched.data(), count, resting ? kRestMs : -1) < 0) return true;
    if (watched[0].revents != 0) {
      std::array<char, 64> taken{};
      (void)!read(wake_[0], taken.data(), taken.size());
      return true;  // somebody may be gone
    }
    bool well = true;
    for (std::size_t i = 1; i < watched.size(); ++i) {
      if (resting || watched[i].revents != 0) well = Accept(watched[i].fd, *whose[i]) && well;
    }
    return well;
  }

  bool Accept(int listener, Ears& ears) {
    for (int i = 0; i < kSocketsOfTurnMax; ++i) {
      const int socket = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      const TimePoint now = TimerThread::SteadyNow();
      if (socket < 0 && IsScarcity(errno)) {
        const std::string why = std::strerror(errno);
        ears.troubles.Set(kTrouble, "takes no connections to " + ears.address + ": " + why);
        ears.complaints.Add("exhausted", "connections to " + ears.address + " have to wait: " + why,
                            now);
        return false;
      }
      ears.troubles.Clear(kTrouble);
      if (socket < 0 && errno == EAGAIN) return true;
      if (socket < 0) continue;  // that one was lost before it began
      if (IsReserved(socket)) {
        ears.complaints.Add("reserved",
                            ears.address + ": few descriptors are left: newcomers are turned away",
                            now);
        close(socket);
        continue;
      }
      const int on = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      ears.take(socket);
    }
    return true;
  }

  std::array<int, 2> wake_ = {-1, -1};  // a pipe
  std::mutex mutex_;                    // standard: the condition variable wants it
  std::condition_variable seen_by_thread_;
  std::vector<std::shared_ptr<Ears>> all_;
  std::uint64_t changes_ = 0;
  std::uint64_t seen_ = 0;
  bool over_ = false;
  std::thread thread_;
};

GrpcListeners::GrpcListeners() : loop_(std::make_unique<Loop>()) {}
GrpcListeners::~GrpcListeners() = default;

Result<void> GrpcListeners::Bind(const std::string& listen, Ears& ears) {
  const std::size_t colon = listen.rfind(':');
  std::string host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo wanted{};
  wanted.ai_flags = AI_PASSIVE;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), listen.substr(colon + 1).c_str(), &wanted, &found);
  if (error != 0) return Fail(Code::kUnavailable, gai_strerror(error));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, freeaddrinfo);
  std::string why;
  in_port_t port = 0;  // that the first has, all have
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    if (port != 0) PortOf(*at->ai_addr) = port;
    const int listener = ListenAt(*at);
    if (listener < 0) {
      why = std::strerror(errno);
      continue;  // one address of several will do
    }
    if (port == 0) port = BoundPort(listener);
    ears.sockets.push_back(listener);
  }
  if (ears.sockets.empty()) return Fail(Code::kUnavailable, why);
  ears.address = listen.substr(0, colon + 1) + std::to_string(ntohs(port));
  return {};
}

Result<void> GrpcListeners::Add(std::shared_ptr<Ears> ears) { return loop_->Add(std::move(ears)); }

void GrpcListeners::Remove(const std::shared_ptr<Ears>& ears) {
  loop_->Remove(ears);
  for (const int listener : ears->sockets) close(listener);
  ears->sockets.clear();
}

}  // namespace ringlab
