// VirtualNetwork: how bytes travel between the hosts of a simulation, and what may go wrong there.
//
// What is sent in one direction of a connection arrives in order, as over TCP: a lost packet is a
// delay, for whatever is behind it as well. A direction between two hosts may be cut: what is sent
// then waits until it is mended. Hosts have work with each message; one who is slow has more of it.
// Draws are of a stream of their own. One thread, the time's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "sim/virtual/longest.h"
#include "sim/virtual/message_log.h"
#include "sim/virtual/time.h"

namespace ringlab {

struct NetworkLaw {
  Duration latency_min = std::chrono::microseconds(30);   // of a direction
  Duration latency_more = std::chrono::microseconds(20);  // mean of what comes on top: exponential
  double loss = 0;                                        // of packets, one a message
  Duration resend = std::chrono::milliseconds(200);  // after a loss; twice as long each time after
  Duration work{};                                   // of a host, for each message that it takes
};

// A connection. Whoever holds it may find that it is no more.
struct VirtualWire {
  VirtualHost* client = nullptr;
  VirtualHost* server = nullptr;
  bool alive = true;
  std::function<void()> reset = {};  // tells the client that its server has ended it
  TimePoint last_up{};               // when what was sent last arrives
  TimePoint last_down{};
};

enum class Way : std::uint8_t { kUp, kDown };  // to the server, to the client

class VirtualNetwork {
 public:
  VirtualNetwork(VirtualTime& time, std::uint64_t seed, NetworkLaw law);
  VirtualNetwork(const VirtualNetwork&) = delete;
  VirtualNetwork& operator=(const VirtualNetwork&) = delete;

  VirtualTime& time() { return time_; }

  // Names are unique; the reference stays good.
  VirtualHost& AddHost(const std::string& name);
  VirtualHost* Find(std::string_view address) const;  // null for none
  const std::vector<std::unique_ptr<VirtualHost>>& hosts() const { return hosts_; }

  // A message, which carries so many bytes of ours: `kind`, of KindOf, names it.
  struct Message {
    std::size_t kind = 0;
    std::size_t bytes = 0;
  };

  // Runs `arrived` at the other end, after whatever was sent that way before.
  void Carry(const std::shared_ptr<VirtualWire>& wire, Way way, Message message, Task arrived);

  // Runs `task` on the host when it has done its work with a message: at once where there is none.
  void Work(VirtualHost& host, Task task);

  // From now on nothing comes through from the one to the other, until as many Mends follow.
  void Cut(const VirtualHost& from, const VirtualHost& to) { ++cuts_[{from.id, to.id}].depth; }
  void Mend(const VirtualHost& from, const VirtualHost& to);

  // The longest that a message has been on its way of late.
  Duration LongestWay() { return ways_.At(time_.Now()); }

  NetworkLaw& law() { return law_; }  // may change while it runs

  // Told of every message from now on; null for nobody. It outlives the network.
  void SetLog(MessageLog* log) { log_ = log; }

  // Messages by kind, the path of a call or its reply, in order of first use.
  struct Traffic {
    std::string kind;
    std::uint64_t sent = 0;
    std::uint64_t arrived = 0;
    std::uint64_t bytes = 0;  // sent
  };
  std::size_t KindOf(std::string_view name);
  const std::vector<Traffic>& traffic() const { return traffic_; }

 private:
  struct Held {
    std::shared_ptr<VirtualWire> wire;
    Way way;
    std::size_t kind;
    std::uint64_t number;  // of the log
    Task arrived;
  };
  struct CutOff {
    int depth = 0;
    std::vector<Held> held;
  };

  Duration Delay();
  Duration WorkOf(const VirtualHost& host) const;
  void WorkOn(VirtualHost& host);
  void Deliver(Held message, Duration delay);

  VirtualTime& time_;
  NetworkLaw law_;
  Rng rng_;
  MessageLog* log_ = nullptr;
  Longest ways_{std::chrono::seconds(5)};
  std::vector<std::unique_ptr<VirtualHost>> hosts_;
  std::deque<std::deque<Task>> work_;  // by host: what it has not done yet
  std::map<std::string, VirtualHost*, std::less<>> by_address_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, CutOff> cuts_;
  std::map<std::string, std::size_t, std::less<>> kinds_;
  std::vector<Traffic> traffic_;
};

}  // namespace ringlab
