// EtcdMember: one member of a simulated etcd, on a host of the virtual network.
//
// Members agree as etcd's do, in messages that are delayed, cut and frozen with their hosts: one of
// them leads, what it proposes counts when a majority has it, and it is led by another when a
// majority has not heard of it for a while. What is agreed on is in one store for all (EtcdStore),
// so a member has no log, only the revision that it has heard of: its watches lag with it. After
// D. Ongaro and J. Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014; with
// etcd's own times, leases that a new leader begins anew, and streams that end without a leader.
//
// One difference is on purpose: a leader that does not know yet that another one leads (it was
// frozen) renews no leases. etcd 3.4's does, for a moment, and nobody could be sure of a lease.
//
// One thread, the time's. Members outlive what calls them; the network outlives members.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "node/etcd/types.h"
#include "sim/virtual/etcd_store.h"
#include "sim/virtual/network.h"

namespace ringlab {

// A stream from a member to a client.
struct EtcdServed {
  std::function<void(EtcdNotice)> tell = {};
  std::function<void(Error)> end = {};
  bool open = true;  // its client hears
};

class EtcdMember {
 public:
  // What the members of one etcd share.
  struct Shared {
    VirtualNetwork& network;
    EtcdStore store = {};
    std::vector<std::unique_ptr<EtcdMember>> members = {};  // one, or three
    std::uint64_t term = 1;                                 // of the last leader
  };

  static constexpr Duration kBeat = std::chrono::milliseconds(100);
  static constexpr Duration kElection = std::chrono::seconds(1);

  // The first leads at first.
  EtcdMember(Shared& shared, VirtualHost& host, std::size_t number, std::uint64_t seed);
  EtcdMember(const EtcdMember&) = delete;
  EtcdMember& operator=(const EtcdMember&) = delete;

  VirtualHost& host() const { return host_; }
  void Start();  // when all are there

  // What follows is for tasks of the host. Runs `act` on the store when the members have agreed to,
  // and then `done` here; neither of them when they cannot.
  void Agree(Task act, Task done);

  // By the leader alone. Without one there is no answer.
  void Renew(std::int64_t lease, Function<void(EtcdLease)> done);

  void Watch(const std::string& prefix, std::int64_t from, std::shared_ptr<EtcdServed> stream);
  void KeepOpen(std::shared_ptr<EtcdServed> stream);  // of keepalives

  // Every watch ends, as when the process before it is replaced.
  void BreakWatches();

 private:
  static constexpr std::size_t kNobody = ~std::size_t{0};

  struct Proposal {
    std::uint64_t index;
    Task act;
    Task done;
  };
  struct Watched {
    std::string prefix;
    std::int64_t next;  // the first revision that it has not been told
    std::shared_ptr<EtcdServed> stream;
  };

  TimePoint Now() const { return shared_.network.time().Now(); }
  bool Leads() const { return leader_ == number_ && term_ == shared_.term; }
  void SendTo(std::size_t member, Function<void(EtcdMember&)> message);
  void SendToAll(const std::function<void(EtcdMember&)>& message);

  void Propose(Task act, Task done);
  void Apply(Proposal& proposal);
  void HearBeat(std::uint64_t term, std::uint64_t index, std::size_t from);
  void HearAck(std::uint64_t term, std::uint64_t index, std::size_t from);
  void HearVoteAsked(std::size_t from, std::uint64_t candidacy);
  void HearVote(std::uint64_t candidacy);

  void Tick();
  void TickLeader();
  void TickFollower();
  void Lead();
  void Follow(std::size_t leader);
  bool HasMajority() const;
  void Hear(std::int64_t revision);
  void TellWatches();
  void EndStreams(const Error& why, bool watches_alone);

  Shared& shared_;
  VirtualHost& host_;
  const std::size_t number_;
  Rng rng_;
  std::vector<std::shared_ptr<VirtualWire>> wires_;  // to each member
  std::size_t leader_ = 0;                           // as far as it knows; kNobody
  std::uint64_t term_ = 1;
  TimePoint heard_{};               // of a leader, or who has been voted for
  TimePoint led_{};                 // the last moment with a leader
  Duration patience_{};             // with a leader that is silent
  std::uint64_t candidacy_ = 0;     // of this member, which one; votes for older ones are void
  std::vector<TimePoint> acked_;    // by member, while it leads
  std::deque<Proposal> proposals_;  // not agreed on yet
  std::uint64_t index_ = 0;         // of the last one
  TimePoint looked_{};              // for leases that are over
  std::int64_t applied_ = 1;        // the revision that it has heard of
  std::list<Watched> watches_;
  std::vector<std::shared_ptr<EtcdServed>> keepalives_;
};

}  // namespace ringlab
