#include "node/h2/server.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "node/h2/acceptor.h"
#include "node/h2/calls/method_index.h"
#include "node/h2/loop/wait_for.h"
#include "node/h2/server_loop.h"
#include "node/h2/stream/tls_context.h"
#include "node/h2/stream/tls_follower.h"
#include "node/live/complaints.h"

namespace ringlab {

namespace {

constexpr Duration kLook = std::chrono::milliseconds(1);
constexpr Duration kLastWords = std::chrono::milliseconds(500);  // for written answers to leave

void Add(H2ServerCounters& sum, const H2ServerCounters& more) {
  for (const auto count :
       {&H2ServerCounters::calls, &H2ServerCounters::answered, &H2ServerCounters::refused,
        &H2ServerCounters::expired, &H2ServerCounters::gone, &H2ServerCounters::late,
        &H2ServerCounters::resets_received, &H2ServerCounters::resets_sent,
        &H2ServerCounters::foreign}) {
    sum.*count += more.*count;
  }
  for (std::size_t i = 0; i < kH2Limits; ++i) sum.limits.reached[i] += more.limits.reached[i];
}

}  // namespace

H2Server::H2Server(LoopPool& loops, H2ServerOptions options)
    : loops_(loops),
      options_(std::move(options)),
      authorization_(options_.security.token.empty() ? "" : "Bearer " + options_.security.token),
      complaints_(std::make_unique<Complaints>(options_.say)),
      room_(options_.connections_max) {}

Result<std::unique_ptr<H2Server>> H2Server::Start(LoopPool& loops, const std::string& listen,
                                                  MethodTable methods, H2ServerOptions options) {
  std::unique_ptr<H2Server> server(new H2Server(loops, std::move(options)));
  const TlsFiles& files = server->options_.security.tls;
  if (files.serves()) {
    auto tls = TlsContext::Of(TlsContext::Side::kServer, files);
    if (!tls) return tl::unexpected<Error>(std::move(tls.error()));
    server->tls_ = *std::move(tls);
  }
  server->health_ = std::make_shared<Health>(ServicesOf(methods));
  BuiltinMethods builtins = HealthRows(server->health_);
  const BuiltinMethods& others = server->options_.builtins;
  builtins.insert(builtins.end(), others.begin(), others.end());
  server->index_ =
      std::make_unique<MethodIndex>(server->Guarded(std::move(methods)), std::move(builtins));
  server->share_.reset(new ServerShare{*server->index_, server->options_.limits,
                                       server->authorization_, server->tls_.get(),
                                       *server->complaints_, std::make_shared<HandlersAtWork>(0)});
  for (std::size_t i = 0; i < loops.size(); ++i) {
    server->on_loops_.push_back(
        std::make_unique<ServerLoop>(*server->share_, loops.loop(i), loops.memory(i)));
  }
  if (auto listening = server->Listen(listen); !listening) {
    return tl::unexpected<Error>(std::move(listening.error()));
  }
  return server;
}

H2Server::~H2Server() { Stop(Duration::zero()); }

// A node that stops answers what still comes in, but does nothing for it.
MethodTable H2Server::Guarded(MethodTable methods) {
  for (Method& method : methods) {
    method.handler = [this, handler = std::move(method.handler)](const IncomingCall& call,
                                                                 ReplyCallback&& done) {
      if (refusing_.load(std::memory_order_relaxed)) {
        return done(Fail(Code::kUnavailable, "the node is stopping"));
      }
      handler(call, std::move(done));
    };
  }
  return methods;
}

Result<void> H2Server::Listen(const std::string& listen) {
  auto listening = ringlab::Listen(listen);
  if (!listening) return tl::unexpected<Error>(std::move(listening.error()));
  address_ = listening->address;
  Result<void> begun;
  EventLoop& loop = loops_.loop(0);
  WaitFor(loop, [&] {
    acceptor_ =
        std::make_unique<Acceptor>(loop, *std::move(listening), *complaints_, troubles_,
                                   [this](Descriptor socket) { return Take(std::move(socket)); });
    begun = acceptor_->Begin();
    if (tls_ != nullptr) follower_ = std::make_unique<TlsFollower>(loop, *tls_, *complaints_);
  });
  return begun;
}

// On the first loop.
bool H2Server::Take(Descriptor socket) {
  LoopPool::Seat seat = loops_.Take();
  const std::size_t others = share_->connections.fetch_add(1, std::memory_order_relaxed);
  const bool full = room_.IsFull(socket.get(), others);
  Newcomer newcomer{.few_descriptors = room_.is_short(), .begin = seat.at()};
  ServerLoop& on = *on_loops_[seat.at()];
  on.loop().Post(
      [this, &on, full, newcomer, socket = std::move(socket), seat = std::move(seat)]() mutable {
        newcomer.route = on.Open(std::move(socket), std::move(seat));
        if (full && !newcomer.route.expired()) MakeRoom(std::move(newcomer));
      });
  return !full;
}

// Too many: the one that has been idle for longest goes, on this loop or the next that has one;
// else the newcomer. Who does not go when asked to is closed, as is everybody who holds a
// descriptor that is needed.
void H2Server::MakeRoom(Newcomer newcomer) {
  const std::size_t at = (newcomer.begin + newcomer.asked) % on_loops_.size();
  const std::string why = newcomer.few_descriptors ? ": few descriptors are left"
                                                   : " has as many connections as it may";
  const bool at_once = newcomer.few_descriptors ||
                       connections() > options_.connections_max + options_.connections_max / 4;
  if (newcomer.asked < on_loops_.size()) {
    if (on_loops_[at]->EndOldestIdle(at_once)) {
      return complaints_->Add("connections", address_ + why + ": idle ones go",
                              loops_.loop(at).Now());
    }
    const std::size_t next = (at + 1) % on_loops_.size();
    ++newcomer.asked;
    return loops_.loop(next).Post([this, newcomer = std::move(newcomer)] { MakeRoom(newcomer); });
  }
  complaints_->Add("connections", address_ + why + ", all in use", loops_.loop(at).Now());
  const auto route = newcomer.route.lock();
  if (route != nullptr && route->socket() != nullptr) on_loops_[at]->Close(*route->socket());
}

void H2Server::SetServing(bool serving) {
  health_->SetServing(serving);
  if (stopped_.load()) return;
  for (const auto& on : on_loops_) {
    on->loop().Post([&on = *on] { on.LookAgain(); });
  }
}

void H2Server::OnEach(const std::function<void(ServerLoop&)>& act) const {
  for (const auto& on : on_loops_) {
    WaitFor(on->loop(), [&] { act(*on); });
  }
}

std::size_t H2Server::connections() const {
  return share_->connections.load(std::memory_order_relaxed);
}

H2ServerCounters H2Server::counters() const {
  H2ServerCounters sum;
  OnEach([&](ServerLoop& on) { Add(sum, on.counters()); });
  return sum;
}

WireFigures H2Server::figures() const {
  const H2ServerCounters counts = counters();
  WireFigures figures{.connections = connections(),
                      .calls = {{"answered", counts.answered},
                                {"refused", counts.refused},
                                {"expired", counts.expired},
                                {"gone", counts.gone},
                                {"late", counts.late}}};
  for (std::size_t i = 0; i < kH2Limits; ++i) {
    figures.limits.emplace_back(LimitName(static_cast<H2Limit>(i)), counts.limits.reached[i]);
  }
  figures.limits.emplace_back("foreign", counts.foreign);
  return figures;
}

std::uint64_t H2Server::complaints(const char* kind) const { return complaints_->count(kind); }

void H2Server::Fence() {
  if (stopped_.load()) return;
  OnEach([](ServerLoop& on) { on.Fence(); });
}

void H2Server::Stop(Duration grace) {
  if (share_ == nullptr || on_loops_.empty() || stopped_.exchange(true)) return;
  health_->SetServing(false);
  OnEach([](ServerLoop& on) { on.LookAgain(); });  // whoever watches our health learns it first
  Refuse();
  WaitFor(loops_.loop(0), [this] {
    follower_.reset();
    acceptor_.reset();
  });
  OnEach([](ServerLoop& on) { on.Drain(); });
  AwaitQuiet(grace);
  OnEach([](ServerLoop& on) { on.CloseAll(); });
  while (share_->at_work->load(std::memory_order_acquire) > 0) std::this_thread::sleep_for(kLook);
  // What was still posted between loops finds them: it comes before this.
  for (std::size_t round = 0; round <= on_loops_.size() + 1; ++round) OnEach([](ServerLoop&) {});
}

// Until every handler has answered and, but not for long, until the answers have left.
bool H2Server::AwaitQuiet(Duration grace) const {
  const EventLoop& clock = loops_.loop(0);
  const TimePoint cut = SaturatingAdd(clock.Now(), grace);
  while (share_->at_work->load(std::memory_order_acquire) > 0) {
    if (clock.Now() >= cut) return false;
    std::this_thread::sleep_for(kLook);
  }
  const TimePoint last = SaturatingAdd(clock.Now(), std::min(grace, kLastWords));
  while (connections() > 0) {
    if (clock.Now() >= last) return false;
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

}  // namespace ringlab
