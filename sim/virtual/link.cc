#include "sim/virtual/link.h"

#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/base/hash.h"
#include "core/base/random.h"
#include "sim/virtual/engine.h"

namespace ringlab {

namespace {

// What was asked, on its way to the server; freed when it is answered.
struct OnWire {
  std::uint64_t id = 0;
  std::string_view path;
  std::string request;
  Duration left{};  // until the deadline
  bool has_deadline = false;
  Trace trace;
};

}  // namespace

// One host's end of the link.
class VirtualLink::Side : public std::enable_shared_from_this<Side> {
 public:
  Side(VirtualNetwork& network, VirtualHost& from, const std::string& address)
      : network_(network),
        time_(network.time()),
        from_(from),
        to_(network.Find(address)),
        address_(address),
        rng_(HashXx64(from.name + ">" + address, 0)) {}

  void Begin(OutgoingCall call, BytesCallback done) {
    if (!from_.up) return done(Fail(Code::kUnavailable, "this process has ended"));
    if (wire_ == nullptr) {
      if (time_.Now() < retry_at_) return done(Fail(Code::kUnavailable, why_));
      Dial();
    }
    const std::uint64_t id = next_++;
    const TimePoint deadline = call.deadline;
    open_.emplace(id, Open{std::move(call), std::move(done), false});
    if (deadline != kNever) {
      time_.At(deadline, from_, [self = weak_from_this(), id] {
        if (const auto side = self.lock()) side->TooLate(id);
      });
    }
    if (ready_) Transmit(id);
  }

  void ConnectNow() {
    if (!from_.up || wire_ != nullptr) return;
    failures_ = 0;
    Dial();
  }

  // Nobody hears of it any more.
  void EndWire() {
    if (wire_ == nullptr) return;
    wire_->alive = false;
    wire_.reset();
    ready_ = false;
  }

  // Every call is answered: whoever asked has ended, and only frees it.
  void AnswerAll() {
    while (!open_.empty()) {
      BytesCallback done = std::move(open_.begin()->second.done);
      open_.erase(open_.begin());
      done(Fail(Code::kUnavailable, "this process has ended"));
    }
  }

 private:
  struct Open {
    OutgoingCall call;
    BytesCallback done;
    bool sent = false;
  };

  void Dial() {
    began_ = time_.Now();
    ready_ = false;
    wire_ = std::make_shared<VirtualWire>();
    wire_->client = &from_;
    wire_->server = to_;
    const auto self = shared_from_this();
    const auto wire = wire_;
    if (to_ == nullptr) {
      time_.At(time_.Now(), from_, [self, wire] { self->Lost(wire, "no such host"); });
      return;
    }
    wire->reset = [self, raw = wire.get()] { self->Reset(raw); };
    network_.Carry(wire, Way::kUp, {network_.KindOf("connect")},
                   [self, wire] { self->Dialed(wire); });
    time_.At(SaturatingAdd(began_, kConnectMax), from_, [self, wire] {
      if (self->wire_ == wire && !self->ready_) self->Lost(wire, "no answer in time");
    });
  }

  // At the server.
  void Dialed(const std::shared_ptr<VirtualWire>& wire) {
    if (!wire->alive) return;
    if (to_->server == nullptr) {
      network_.Carry(wire, Way::kDown, {network_.KindOf("refused")},
                     [self = shared_from_this(), wire] { self->Lost(wire, "connection refused"); });
      return;
    }
    to_->server->Accept(wire);
    network_.Carry(wire, Way::kDown, {network_.KindOf("connected")},
                   [self = shared_from_this(), wire] { self->Connected(wire); });
  }

  void Connected(const std::shared_ptr<VirtualWire>& wire) {
    if (wire_ != wire) return;
    ready_ = true;
    std::vector<std::uint64_t> waiting;
    for (const auto& [id, open] : open_) {
      if (!open.sent) waiting.push_back(id);
    }
    for (const std::uint64_t id : waiting) {
      if (wire_ == wire) Transmit(id);
    }
  }

  // By the server's process, as it ends.
  void Reset(VirtualWire* raw) {
    if (wire_.get() != raw) return;
    network_.Carry(wire_, Way::kDown, {network_.KindOf("reset")},
                   [self = shared_from_this(), wire = wire_] {
                     self->Lost(wire, "the connection was reset");
                   });
  }

  void Lost(const std::shared_ptr<VirtualWire>& wire, const std::string& why) {
    if (wire_ != wire || !from_.up) return;
    const bool failed = !ready_ || time_.Now() - began_ < kBackoff.first;
    EndWire();
    why_ = "connect to \"" + address_ + "\": " + why;
    if (failed) {
      retry_at_ = SaturatingAdd(began_, BackoffWait(kBackoff, failures_++, rng_));
    } else {
      failures_ = 0;
    }
    std::vector<BytesCallback> over;
    bool waits = false;
    for (auto open = open_.begin(); open != open_.end();) {
      if (!failed && !open->second.sent) {
        waits = true;
        ++open;
        continue;
      }
      over.push_back(std::move(open->second.done));
      open = open_.erase(open);
    }
    if (waits) Dial();
    for (BytesCallback& done : over) done(Fail(Code::kUnavailable, why_));
  }

  void Transmit(std::uint64_t id) {
    const auto found = open_.find(id);
    if (found == open_.end()) return;
    OutgoingCall& call = found->second.call;
    found->second.sent = true;
    if (call.times != nullptr) call.times->sent = time_.Now();
    auto message = std::make_unique<OnWire>();
    message->id = id;
    message->path = call.path;
    message->request = std::move(call.request);
    message->has_deadline = call.deadline != kNever;
    if (message->has_deadline) message->left = call.deadline - time_.Now();
    message->trace = call.trace;
    const std::size_t bytes = message->request.size();
    network_.Carry(
        wire_, Way::kUp, {network_.KindOf(call.path), bytes},
        [self = shared_from_this(), wire = wire_, message = std::move(message)]() mutable {
          self->Arrived(wire, std::move(message));
        });
  }

  // At the server.
  void Arrived(const std::shared_ptr<VirtualWire>& wire, std::unique_ptr<OnWire> message) {
    if (!wire->alive || to_->server == nullptr) return;
    const TimePoint arrived = time_.Now();
    network_.Work(
        *to_, [self = shared_from_this(), wire, arrived, message = std::move(message)]() mutable {
          self->Serve(wire, arrived, *message);
        });
  }

  void Serve(const std::shared_ptr<VirtualWire>& wire, TimePoint arrived, const OnWire& message) {
    if (!wire->alive || to_->server == nullptr) return;
    const TimePoint deadline = message.has_deadline ? SaturatingAdd(arrived, message.left) : kNever;
    const IncomingCall call{.request = message.request,
                            .deadline = deadline,
                            .arrived = arrived,
                            .trace = message.trace};
    auto reply = [self = shared_from_this(), wire, id = message.id](MethodReply answer) {
      self->Reply(wire, id, std::move(answer.body));
    };
    if (deadline <= time_.Now()) {
      return reply(Fail(Code::kDeadlineExceeded, "the deadline passed before its turn"));
    }
    to_->server->Call(message.path, call, std::move(reply));
  }

  // At the server, in the turn of whoever has answered.
  void Reply(const std::shared_ptr<VirtualWire>& wire, std::uint64_t id, Result<std::string> body) {
    if (!wire->alive) return;
    const std::size_t bytes = body ? body->size() : body.error().message.size();
    network_.Carry(wire, Way::kDown, {network_.KindOf(body ? "reply" : "error"), bytes},
                   [self = shared_from_this(), wire, id, body = std::move(body)]() mutable {
                     self->Answered(wire, id, std::move(body));
                   });
  }

  void Answered(const std::shared_ptr<VirtualWire>& wire, std::uint64_t id,
                Result<std::string> body) {
    if (wire_ != wire) return;
    network_.Work(from_, [self = shared_from_this(), id, body = std::move(body)]() mutable {
      self->End(id, std::move(body));
    });
  }

  void TooLate(std::uint64_t id) {
    End(id, Fail(Code::kDeadlineExceeded, "the deadline of the call passed"));
  }

  void End(std::uint64_t id, const Result<std::string>& body) {
    const auto found = open_.find(id);
    if (found == open_.end()) return;
    Open open = std::move(found->second);
    open_.erase(found);
    if (open.call.times != nullptr) open.call.times->done = time_.Now();
    if (!body) return open.done(tl::unexpected<Error>(body.error()));
    open.done(std::string_view(*body));
  }

  VirtualNetwork& network_;
  VirtualTime& time_;
  VirtualHost& from_;
  VirtualHost* const to_;  // null: the address is nobody's
  const std::string address_;
  Rng rng_;
  std::shared_ptr<VirtualWire> wire_;  // null: none yet, or the last one failed
  bool ready_ = false;
  TimePoint began_{};
  TimePoint retry_at_{};
  std::string why_;
  std::uint32_t failures_ = 0;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Open> open_;  // calls without an answer, in their order
};

VirtualLink::VirtualLink(VirtualNetwork& network, std::string address)
    : network_(network), address_(std::move(address)) {}

VirtualLink::~VirtualLink() = default;

std::shared_ptr<VirtualLink::Side> VirtualLink::SideOf(VirtualHost& host) {
  std::shared_ptr<Side>& side = sides_[host.id];
  if (side == nullptr) side = std::make_shared<Side>(network_, host, address_);
  return side;
}

void VirtualLink::Call(OutgoingCall&& call, BytesCallback&& done) {
  VirtualHost* const host = network_.time().current();
  RL_CHECK_BECAUSE(host != nullptr, "a call is made by some host");
  SideOf(*host)->Begin(std::move(call), std::move(done));
}

void VirtualLink::ConnectNow() {
  VirtualHost* const host = network_.time().current();
  RL_CHECK_BECAUSE(host != nullptr, "a connection is made by some host");
  SideOf(*host)->ConnectNow();
}

void VirtualLink::EndOf(const VirtualHost& host) {
  const auto found = sides_.find(host.id);
  if (found != sides_.end()) found->second->EndWire();
}

void VirtualLink::Forget(const VirtualHost& host) {
  const auto found = sides_.find(host.id);
  if (found == sides_.end()) return;
  const std::shared_ptr<Side> side = std::move(found->second);
  sides_.erase(found);
  side->AnswerAll();
}

}  // namespace ringlab
