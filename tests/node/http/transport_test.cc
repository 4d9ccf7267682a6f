#include "node/http/transport.h"

#include <future>
#include <map>
#include <mutex>
#include <optional>

#include "node/front/cache_routes.h"
#include "node/http/server.h"
#include "node/live/timer_thread.h"
#include "tests/contract/transport_contract.h"

namespace ringlab {
namespace {

using transport_contract::Ask;
using transport_contract::Handler;

// A peer whose Get does what a test says.
class ScriptedPeer {
 public:
  ScriptedPeer() {
    server_ = *HttpServer::Start(
        "127.0.0.1:0",
        HttpRoutes({{.method = "GET",
                     .path = "/_groupcache/",
                     .about = "Get",
                     .handler = [this](const HttpRequest& request, HttpReplyCallback done) {
                       Serve(request, std::move(done));
                     }}}));
  }

  void Do(Handler handler) {
    const std::lock_guard lock(mutex_);
    handler_ = std::make_shared<Handler>(std::move(handler));
  }
  void Stop() { server_->Stop(Duration::zero()); }
  std::string url() const { return "http://" + server_->address(); }

 private:
  void Serve(const HttpRequest& request, HttpReplyCallback done) {
    std::shared_ptr<Handler> handler;
    {
      const std::lock_guard lock(mutex_);
      handler = handler_;
    }
    const auto question = ReadPeerQuestion(request, "/_groupcache/");
    if (!question) return done(ErrorReply(400, question.error()));
    (*handler)(question->request(),
               [done = std::move(done)](const Result<GetReply>& reply) mutable {
                 done(PeerReply(reply, "application/x-protobuf"));
               });
  }

  std::mutex mutex_;
  std::shared_ptr<Handler> handler_;
  std::unique_ptr<HttpServer> server_;
};

class HttpFixture {
 public:
  Transport& transport() { return *transport_; }
  void Serve(const std::string& name, Handler handler) {
    auto& peer = peers_[name];
    if (!peer) peer = std::make_unique<ScriptedPeer>();
    peer->Do(std::move(handler));
    std::vector<Peer> peers;
    for (const auto& [each, scripted] : peers_) peers.push_back({each, scripted->url()});
    transport_->SetPeers(peers);
  }
  void Kill(const std::string& name) { peers_.at(name)->Stop(); }
  TimePoint Now() const { return TimerThread::SteadyNow(); }
  void AdvanceBy(Duration) {}
  void End() { transport_.reset(); }

 private:
  std::map<std::string, std::unique_ptr<ScriptedPeer>> peers_;
  std::optional<HttpTransport> transport_{std::in_place};
};

TEST_CASE("HttpTransport keeps the transport contract") {
  HttpFixture fixture;
  CheckTransportContract(fixture);
}

TEST_CASE("HttpTransport takes Gets alone, many as well") {
  HttpFixture fixture;
  fixture.Serve("n1", transport_contract::Echo());
  Transport& transport = fixture.transport();
  std::vector<Code> codes;
  const auto write = [&](const Result<void>& done) { codes.push_back(done.error().code); };
  transport.Set("n1", {.group = "g", .key = "k"}, write);
  transport.Remove("n1", {.group = "g", .key = "k"}, write);
  transport.Peek("n1", Ask("k"),
                 [&](const Result<PeekReply>& peek) { codes.push_back(peek.error().code); });
  REQUIRE(codes == std::vector<Code>(3, Code::kUnimplemented));

  std::promise<std::vector<Result<GetReply>>> replies;
  const std::vector<std::string_view> keys = {"a", "b/ c", "a"};
  transport.GetMany("n1", {.group = "g", .keys = keys, .hop = Hop::kPeer},
                    [&](auto got) { replies.set_value(std::move(got)); });
  const auto got = replies.get_future().get();
  REQUIRE(got.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    REQUIRE(got[i]->value.view() == "echo " + std::string(keys[i]));
  }
}

// A server in another language says less.
std::string AnswerOf(int status, const std::string& type_code, const std::string& body) {
  const auto server = *HttpServer::Start(
      "127.0.0.1:0", HttpRoutes({{.method = "GET",
                                  .path = "/_groupcache/",
                                  .about = "",
                                  .handler = [&](const HttpRequest&, HttpReplyCallback done) {
                                    HttpReply reply{.status = status, .body = body};
                                    if (!type_code.empty())
                                      reply.fields.emplace_back(kCodeField, type_code);
                                    done(std::move(reply));
                                  }}}));
  HttpTransport transport;
  transport.SetPeers({{"go", "http://" + server->address()}});
  Answers answers;
  transport.Get("go", Ask("k"), answers.Callback());
  REQUIRE(answers.WaitFor(1));
  return answers.text(0);
}

TEST_CASE("answers of other servers are values, or errors that the asker makes good") {
  REQUIRE(AnswerOf(200, "",
                   "\x0a\x03"
                   "630") == "OK: 630");  // golang/groupcache's bytes
  REQUIRE(AnswerOf(200, "", "no message") == "INTERNAL");
  REQUIRE(AnswerOf(500, "", "Bob not exist\n") == "INTERNAL");
  REQUIRE(AnswerOf(404, "", "no such group: g\n") == "INTERNAL");
  REQUIRE(AnswerOf(301, "", "") == "INTERNAL");
  REQUIRE(AnswerOf(503, "", "") == "UNAVAILABLE");
  REQUIRE(AnswerOf(500, "NOT_FOUND", "none\n") == "NOT_FOUND");
  REQUIRE(AnswerOf(500, "NO_SUCH_CODE", "none\n") == "UNKNOWN");
}

}  // namespace
}  // namespace ringlab
