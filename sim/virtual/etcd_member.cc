#include "sim/virtual/etcd_member.h"

#include <algorithm>
#include <utility>

namespace ringlab {

namespace {

constexpr Duration kExpireEvery = std::chrono::milliseconds(500);
constexpr Duration kStreamsOutlive = std::chrono::seconds(3);  // the last leader

Error NoLeader() { return {Code::kUnavailable, "etcdserver: no leader"}; }

}  // namespace

EtcdMember::EtcdMember(Shared& shared, VirtualHost& host, std::size_t number, std::uint64_t seed)
    : shared_(shared), host_(host), number_(number), rng_(Rng(seed).Split("etcd " + host.name)) {
  host_.up = true;
}

void EtcdMember::Start() {
  for (const auto& other : shared_.members) {
    auto wire = std::make_shared<VirtualWire>();
    wire->client = &host_;
    wire->server = &other->host_;
    wires_.push_back(std::move(wire));
  }
  acked_.assign(shared_.members.size(), Now());
  heard_ = led_ = Now();
  patience_ = kElection;
  shared_.network.time().At(Now(), host_, [this] { Tick(); });
}

void EtcdMember::SendTo(std::size_t member, Function<void(EtcdMember&)> message) {
  shared_.network.Carry(wires_[member], Way::kUp, {shared_.network.KindOf("etcd, to a member")},
                        [to = shared_.members[member].get(),
                         message = std::move(message)]() mutable { message(*to); });
}

void EtcdMember::SendToAll(const std::function<void(EtcdMember&)>& message) {
  for (std::size_t member = 0; member < shared_.members.size(); ++member) {
    if (member != number_) SendTo(member, message);
  }
}

void EtcdMember::Agree(Task act, Task done) {
  if (leader_ == kNobody) return;
  if (leader_ == number_) return Propose(std::move(act), std::move(done));
  SendTo(leader_, [from = number_, act = std::move(act),
                   done = std::move(done)](EtcdMember& leader) mutable {
    leader.Propose(std::move(act), [&leader, from, done = std::move(done)]() mutable {
      leader.SendTo(from, [done = std::move(done)](EtcdMember&) mutable { done(); });
    });
  });
}

void EtcdMember::Propose(Task act, Task done) {
  if (!Leads()) return;
  Proposal proposal{++index_, std::move(act), std::move(done)};
  if (shared_.members.size() == 1) return Apply(proposal);
  proposals_.push_back(std::move(proposal));
  SendToAll([term = term_, index = index_, from = number_](EtcdMember& member) {
    member.HearBeat(term, index, from);
  });
}

// Agreed on.
void EtcdMember::Apply(Proposal& proposal) {
  proposal.act();
  const std::int64_t revision = shared_.store.revision();
  if (revision != applied_) {
    Hear(revision);
    SendToAll([revision](EtcdMember& member) { member.Hear(revision); });
  }
  proposal.done();
}

void EtcdMember::Hear(std::int64_t revision) {
  if (revision <= applied_) return;
  applied_ = revision;
  TellWatches();
}

void EtcdMember::HearBeat(std::uint64_t term, std::uint64_t index, std::size_t from) {
  if (term < term_) return;
  term_ = term;
  heard_ = led_ = Now();
  if (leader_ != from) Follow(from);
  SendTo(from,
         [term, index, by = number_](EtcdMember& leader) { leader.HearAck(term, index, by); });
}

// With three members, who leads and one more are a majority.
void EtcdMember::HearAck(std::uint64_t term, std::uint64_t index, std::size_t from) {
  if (!Leads() || term != term_) return;
  acked_[from] = Now();
  while (!proposals_.empty() && proposals_.front().index <= index) {
    Proposal proposal = std::move(proposals_.front());
    proposals_.pop_front();
    Apply(proposal);
  }
}

// A leader that was heard of lately is not voted away.
void EtcdMember::HearVoteAsked(std::size_t from, std::uint64_t candidacy) {
  if (leader_ == number_ || Now() - heard_ < kElection) return;
  heard_ = Now();
  leader_ = kNobody;
  SendTo(from, [candidacy](EtcdMember& candidate) { candidate.HearVote(candidacy); });
}

void EtcdMember::HearVote(std::uint64_t candidacy) {
  if (candidacy == candidacy_ && leader_ == kNobody) Lead();
}

void EtcdMember::Lead() {
  term_ = ++shared_.term;
  Follow(number_);
  acked_.assign(shared_.members.size(), Now());
  shared_.store.RefreshLeases(Now());
  Hear(shared_.store.revision());
  TickLeader();
}

void EtcdMember::Follow(std::size_t leader) {
  leader_ = leader;
  proposals_.clear();  // who asked for them hears nothing
}

bool EtcdMember::HasMajority() const {
  if (acked_.size() == 1) return true;
  for (std::size_t member = 0; member < acked_.size(); ++member) {
    if (member != number_ && Now() - acked_[member] < kElection) return true;
  }
  return false;
}

void EtcdMember::Tick() {
  if (leader_ == number_) {
    TickLeader();
  } else {
    TickFollower();
  }
  if (leader_ == kNobody && Now() - led_ >= kStreamsOutlive) EndStreams(NoLeader(), false);
  shared_.network.time().At(Now() + kBeat, host_, [this] { Tick(); });
}

void EtcdMember::TickLeader() {
  if (!Leads() || !HasMajority()) {
    heard_ = Now();
    return Follow(kNobody);
  }
  led_ = Now();
  SendToAll([term = term_, from = number_](EtcdMember& member) { member.HearBeat(term, 0, from); });
  if (Now() - looked_ < kExpireEvery) return;
  looked_ = Now();
  if (!shared_.store.AnyExpired(Now())) return;
  Propose([this] { shared_.store.ExpireLeases(Now()); }, [] {});
}

void EtcdMember::TickFollower() {
  if (Now() - heard_ < patience_) return;
  leader_ = kNobody;
  heard_ = Now();  // it votes for itself
  ++candidacy_;
  patience_ =
      kElection +
      Duration(static_cast<Duration::rep>(rng_.Uniform() * static_cast<double>(kElection.count())));
  SendToAll([from = number_, of = candidacy_](EtcdMember& m) { m.HearVoteAsked(from, of); });
}

void EtcdMember::Renew(std::int64_t lease, Function<void(EtcdLease)> done) {
  if (leader_ == kNobody) return;
  if (leader_ == number_) {
    if (Leads()) done(shared_.store.Renew(lease, Now()));
    return;
  }
  SendTo(leader_, [lease, from = number_, done = std::move(done)](EtcdMember& leader) mutable {
    if (!leader.Leads()) return;
    leader.SendTo(from, [renewed = leader.shared_.store.Renew(lease, leader.Now()),
                         done = std::move(done)](EtcdMember&) mutable { done(renewed); });
  });
}

void EtcdMember::Watch(const std::string& prefix, std::int64_t from,
                       std::shared_ptr<EtcdServed> stream) {
  if (leader_ == kNobody) return stream->end(NoLeader());
  EtcdNotice notice{.revision = applied_, .created = true, .cancel_reason = {}, .events = {}};
  stream->tell(notice);
  if (from < shared_.store.compacted()) {
    notice = {.revision = applied_,
              .canceled = true,
              .compact_revision = shared_.store.compacted(),
              .cancel_reason = {},
              .events = {}};
    return stream->tell(notice);
  }
  watches_.push_back({prefix, from, std::move(stream)});
  TellWatches();
}

void EtcdMember::KeepOpen(std::shared_ptr<EtcdServed> stream) {
  if (leader_ == kNobody) return stream->end(NoLeader());
  std::erase_if(keepalives_, [](const auto& kept) { return !kept->open; });
  keepalives_.push_back(std::move(stream));
}

void EtcdMember::TellWatches() {
  watches_.remove_if([](const Watched& watched) { return !watched.stream->open; });
  for (Watched& watched : watches_) {
    EtcdNotice notice{.revision = applied_,
                      .cancel_reason = {},
                      .events = shared_.store.EventsOf(watched.prefix, watched.next, applied_)};
    watched.next = std::max(watched.next, applied_ + 1);
    if (!notice.events.empty()) watched.stream->tell(std::move(notice));
  }
}

void EtcdMember::BreakWatches() { EndStreams({Code::kUnavailable, "the stream was broken"}, true); }

void EtcdMember::EndStreams(const Error& why, bool watches_alone) {
  for (const Watched& watched : std::exchange(watches_, {})) {
    if (watched.stream->open) watched.stream->end(why);
  }
  if (watches_alone) return;
  for (const auto& stream : std::exchange(keepalives_, {})) {
    if (stream->open) stream->end(why);
  }
}

}  // namespace ringlab
