// The transport over every engine: servers of the one, links of the other.
#include <future>
#include <map>
#include <mutex>
#include <optional>

#include "node/engines/engines.h"
#include "node/wire/cache_service.h"
#include "node/wire/wire.h"
#include "node/wire/wire_transport.h"
#include "tests/contract/transport_contract.h"
#include "tests/node/node_cluster.h"

namespace ringlab {
namespace {

using transport_contract::Handler;

// One of each for all tests: that is how processes have them.
WireEngine& EngineOf(const std::string& name) {
  static std::map<std::string, std::shared_ptr<WireEngine>> engines;
  std::shared_ptr<WireEngine>& engine = engines[name];
  if (engine == nullptr) engine = MakeEngine({.name = name, .loops = name == "h2" ? 2 : 0}).value();
  return *engine;
}

// Whose servers, whose links.
struct Pair {
  std::string server;
  std::string client;
};

Pair EachPair() {
  const std::string server = GENERATE(from_range(EngineNames()));
  const std::string client = GENERATE(from_range(EngineNames()));
  return {server, client};
}

std::unique_ptr<WireTransport> TransportOf(const Pair& pair, int connections = 1) {
  return std::make_unique<WireTransport>(
      EngineOf(pair.client).Connect({.connections_per_peer = connections}).value());
}

// A server whose Get does what a test says.
class ScriptedServer {
 public:
  explicit ScriptedServer(const Pair& pair) {
    server_ =
        EngineOf(pair.server)
            .Serve("127.0.0.1:0",
                   {{.service = std::string(kServiceName),
                     .name = std::string(kGetName),
                     .handler = [this](const IncomingCall& call,
                                       ReplyCallback done) { Serve(call, std::move(done)); }}},
                   {})
            .value();
  }

  void Do(Handler handler) {
    const std::lock_guard lock(mutex_);
    handler_ = std::make_shared<Handler>(std::move(handler));
  }
  void Stop() { server_->Stop(Duration::zero()); }
  const std::string& address() const { return server_->address(); }

 private:
  // A handler that drops its callback, as a test that fails does, must not hold up the server.
  struct Owed {
    explicit Owed(ReplyCallback callback) : done(std::move(callback)) {}
    Owed(Owed&& other) noexcept : done(std::move(other.done)) {}
    ~Owed() {
      if (done) done(Fail(Code::kInternal, "dropped"));
    }
    ReplyCallback done;
  };

  void Serve(const IncomingCall& call, ReplyCallback done) {
    std::shared_ptr<Handler> handler;
    {
      const std::lock_guard lock(mutex_);
      handler = handler_;
    }
    auto request = DecodeGetRequest(call.request);
    request->deadline = call.deadline;
    request->trace = call.trace;
    (*handler)(*request, [owed = Owed(std::move(done))](Result<GetReply> reply) mutable {
      auto answer = std::move(owed.done);
      if (!reply) return answer(tl::unexpected<Error>(reply.error()));
      answer(EncodeGetReply(*reply));
    });
  }

  std::mutex mutex_;
  std::shared_ptr<Handler> handler_;
  std::unique_ptr<WireServer> server_;
};

class WireFixture {
 public:
  WireFixture(const Pair& pair, int connections)
      : pair_(pair), transport_(TransportOf(pair, connections)) {}

  Transport& transport() { return *transport_; }
  void Serve(const std::string& name, Handler handler) {
    auto& server = servers_[name];
    if (!server) server = std::make_unique<ScriptedServer>(pair_);
    server->Do(std::move(handler));
    std::vector<Peer> peers;
    for (const auto& [peer, scripted] : servers_) peers.push_back({peer, scripted->address()});
    transport_->SetPeers(peers);
  }
  void Kill(const std::string& name) { servers_.at(name)->Stop(); }
  TimePoint Now() const { return TimerThread::SteadyNow(); }
  void AdvanceBy(Duration) {}
  void End() { transport_.reset(); }

 private:
  const Pair pair_;
  std::map<std::string, std::unique_ptr<ScriptedServer>> servers_;
  std::unique_ptr<WireTransport> transport_;
};

TEST_CASE("WireTransport over every pair of engines keeps the transport contract") {
  const Pair pair = EachPair();
  CAPTURE(pair.server, pair.client);
  WireFixture fixture(pair, 1);
  CheckTransportContract(fixture);
}

TEST_CASE("WireTransport over several connections keeps the transport contract") {
  const Pair pair = EachPair();
  CAPTURE(pair.server, pair.client);
  WireFixture fixture(pair, 3);
  CheckTransportContract(fixture);
}

TEST_CASE("a stopped WireTransport refuses calls") {
  const Pair pair = EachPair();
  ScriptedServer server(pair);
  server.Do(transport_contract::Echo());
  const auto transport = TransportOf(pair);
  transport->SetPeers({{"n1", server.address()}});
  transport->Stop();
  transport->Stop();  // idempotent
  Answers answers;
  transport->Get("n1", transport_contract::Ask("k"), answers.Callback());
  REQUIRE(answers.size() == 1);
  REQUIRE(answers.text(0) == "UNAVAILABLE");
}

TEST_CASE("a WireTransport may end at any moment of its calls") {
  const Pair pair = EachPair();
  CAPTURE(pair.server, pair.client);
  ScriptedServer server(pair);
  server.Do(transport_contract::Echo());
  for (int round = 0; round < 30; ++round) {
    Answers answers;
    {
      const auto transport = TransportOf(pair);
      transport->SetPeers({{"n1", server.address()}});
      for (int i = 0; i < 50; ++i) {
        transport->Get("n1", transport_contract::Ask("k"), answers.Callback());
      }
      if (round % 3 > 0) REQUIRE(answers.WaitFor(round % 3 == 1 ? 1 : 40));
    }
    REQUIRE(answers.size() == 50);  // all, by the time that it is gone
  }
}

TEST_CASE("links outlive a transport that ended with calls under way") {
  const Pair pair = EachPair();
  ScriptedServer server(pair);
  transport_contract::HangingNode hanging;  // ends first: a server waits for its handlers
  server.Do(hanging.handler());
  const auto links = EngineOf(pair.client).Connect({}).value();
  Answers answers;
  {
    WireTransport transport(links);
    transport.SetPeers({{"n1", server.address()}});
    for (int i = 0; i < 20; ++i) {
      transport.Get("n1", transport_contract::Ask("k"), answers.Callback());
    }
  }
  REQUIRE(answers.size() == 20);
  hanging.AnswerAll();  // what comes now finds nobody
  server.Do(transport_contract::Echo());
  WireTransport next(links);
  next.SetPeers({{"n1", server.address()}});
  next.Get("n1", transport_contract::Ask("k"), answers.Callback());
  REQUIRE(answers.WaitFor(21));
  REQUIRE(answers.text(20) == "OK: echo k");
}

TEST_CASE("a caller is told when its call was on the wire") {
  const Pair pair = EachPair();
  CAPTURE(pair.server, pair.client);
  ScriptedServer server(pair);
  server.Do(transport_contract::Echo());
  const auto transport = TransportOf(pair);
  transport->SetPeers({{"n1", server.address()}});
  for (int i = 0; i < 3; ++i) {
    CallTimes times;
    Answers answers;
    GetRequest request = transport_contract::Ask("k");
    request.times = &times;
    const TimePoint before = TimerThread::SteadyNow();
    transport->Get("n1", request, answers.Callback());
    REQUIRE(answers.WaitFor(1));
    REQUIRE(times.sent >= before);
    REQUIRE(times.done >= times.sent);
    REQUIRE(times.done <= TimerThread::SteadyNow());
  }
}

TEST_CASE("a peer that gets another address is found there") {
  const Pair pair = EachPair();
  ScriptedServer first(pair);
  ScriptedServer second(pair);
  first.Do([](const GetRequest&, GetCallback done) { done(GetReply{Value::Copy("first")}); });
  second.Do([](const GetRequest&, GetCallback done) { done(GetReply{Value::Copy("second")}); });
  const auto transport = TransportOf(pair);
  Answers answers;
  std::size_t count = 0;
  for (const ScriptedServer* server : {&first, &second, &first}) {
    transport->SetPeers({{"n1", server->address()}});
    transport->Get("n1", transport_contract::Ask("k"), answers.Callback());
    REQUIRE(answers.WaitFor(++count));
  }
  REQUIRE(answers.text(0) == "OK: first");
  REQUIRE(answers.text(1) == "OK: second");
  REQUIRE(answers.text(2) == "OK: first");
}

TEST_CASE("a peer that answers nonsense is an error of its own kind") {
  const Pair pair = EachPair();
  const auto server =
      EngineOf(pair.server)
          .Serve("127.0.0.1:0",
                 {{.service = std::string(kServiceName),
                   .name = std::string(kGetName),
                   .handler = [](const IncomingCall&,
                                 ReplyCallback done) { done(std::string("\x0a\xff nonsense")); }}},
                 {});
  REQUIRE(server);
  const auto transport = TransportOf(pair);
  transport->SetPeers({{"n1", (*server)->address()}});
  Answers answers;
  transport->Get("n1", transport_contract::Ask("k"), answers.Callback());
  REQUIRE(answers.WaitFor(1));
  REQUIRE(answers.text(0) == "INTERNAL");
}

TEST_CASE("a message too long for a trailer is cut and keeps its code") {
  const Pair pair = EachPair();
  CAPTURE(pair.server, pair.client);
  ScriptedServer server(pair);
  server.Do([](const GetRequest& request, GetCallback done) {
    done(Fail(Code::kNotFound, "no value for key \"" + std::string(request.key) + "\""));
  });
  const auto transport = TransportOf(pair);
  transport->SetPeers({{"n1", server.address()}});
  for (const std::size_t size : {10, 1000, 10'000, 1'000'000}) {
    Answers answers;
    transport->Get("n1", transport_contract::Ask(std::string(size, '\xff')), answers.Callback());
    REQUIRE(answers.WaitFor(1));
    REQUIRE(answers.text(0) == "NOT_FOUND");
    REQUIRE(answers.at(0).error().message.starts_with("no value for key \"\xff"));
  }
}

TEST_CASE("a method that the table lacks is UNIMPLEMENTED") {
  const Pair pair = EachPair();
  ScriptedServer server(pair);
  const auto transport = TransportOf(pair);
  transport->SetPeers({{"n1", server.address()}});
  std::promise<Result<void>> told;
  transport->Set("n1", {.group = "g", .key = "k"},
                 [&](Result<void> reply) { told.set_value(std::move(reply)); });
  REQUIRE(told.get_future().get().error().code == Code::kUnimplemented);
}

}  // namespace
}  // namespace ringlab
