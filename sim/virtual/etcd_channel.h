// EtcdChannel: a client's connection to one member of a simulated etcd, as gRPC's channels behave.
//
// The first call makes it, and others wait meanwhile; when that fails, or the connection is lost,
// all fail, and for a while every call at once. While a stream is open and nothing comes, the
// connection is pinged. What is sent either way arrives in order.
//
// One thread, the time's. Held by what crosses the network; the network and the member outlive it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "sim/virtual/etcd_member.h"
#include "sim/virtual/network.h"

namespace ringlab {

class EtcdChannel : public std::enable_shared_from_this<EtcdChannel> {
 public:
  // Who waits for a call, as its member knows him: the way back. May outlive the call.
  struct Caller {
    std::shared_ptr<EtcdChannel> channel;
    std::shared_ptr<VirtualWire> wire;
    std::uint64_t call = 0;

    // For tasks of the member's host. `arrived` runs at the client, if it still waits.
    void Send(std::string_view kind, Task arrived) const;
  };
  using AtMember = std::function<void(EtcdMember&, const Caller&)>;

  EtcdChannel(VirtualNetwork& network, VirtualHost& from, EtcdMember& to);

  // For tasks of the client's host. `lost` is called when the connection is, never inside.
  std::uint64_t Begin(std::string_view kind, AtMember at_member, Function<void(Error)> lost);
  void Send(std::uint64_t call, std::string_view kind, AtMember at_member);  // more of it
  void End(std::uint64_t call) { calls_.erase(call); }

  // The client's process has ended.
  void Stop();

 private:
  struct Call {
    Function<void(Error)> lost;
  };
  struct Waiting {
    std::uint64_t call;
    std::string kind;
    AtMember at_member;
  };

  void Dial();
  void Connected(const std::shared_ptr<VirtualWire>& wire);
  void Transmit(Waiting message);
  void Lost(const std::shared_ptr<VirtualWire>& wire, const std::string& why);
  void FailCall(std::uint64_t call, const std::string& why);
  void PingAt(TimePoint when);
  void Ping(const std::shared_ptr<VirtualWire>& wire);

  VirtualNetwork& network_;
  VirtualTime& time_;
  VirtualHost& from_;
  EtcdMember& to_;
  Rng rng_;
  bool stopped_ = false;
  std::shared_ptr<VirtualWire> wire_;  // null: none yet, or the last one failed
  bool ready_ = false;
  TimePoint retry_at_{};
  TimePoint read_{};  // something came last
  std::string why_;
  std::uint32_t failures_ = 0;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Call> calls_;
  std::vector<Waiting> waiting_;  // for the connection
};

}  // namespace ringlab
