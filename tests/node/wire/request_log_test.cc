#include "node/wire/request_log.h"

#include <atomic>
#include <mutex>

#include "node/wire/wire.h"
#include "tests/node/node_cluster.h"

namespace ringlab {
namespace {

class Lines {
 public:
  RequestLog Log() {
    return {.wanted = [this] { return wanted_.load(); },
            .tell =
                [this](const std::string& line) {
                  const std::lock_guard lock(mutex_);
                  lines_.push_back(line);
                }};
  }
  void Want(bool wanted) { wanted_ = wanted; }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::atomic<bool> wanted_ = true;
};

TEST_CASE("every request is a line once it is answered") {
  Lines lines;
  NodeOptions options;
  options.request_log = lines.Log();
  NodeCluster cluster(2, options);
  const std::string key = cluster.KeyOf(1);
  REQUIRE(NodeCluster::Judge(key, cluster.Get(0, key)) == "OK");
  REQUIRE(cluster.Get(0, "").error().code == Code::kInvalidArgument);
  const auto told = lines.lines();
  REQUIRE(told.size() == 3);
  // The owner answered first, the node that forwarded after it.
  REQUIRE(told[0].starts_with("Get default/\"" + key + "\" from n0: OK, 105 bytes, "));
  REQUIRE(told[1].starts_with("Get default/\"" + key + "\" from a caller: OK, 105 bytes, "));
  REQUIRE(told[2].starts_with("Get default/\"\" from a caller: INVALID_ARGUMENT key required, "));
  lines.Want(false);  // as when its level changes
  REQUIRE(NodeCluster::Judge(key, cluster.Get(0, key)) == "OK");
  REQUIRE(lines.lines().size() == 3);
  lines.Want(true);
  REQUIRE(NodeCluster::Judge(key, cluster.Get(1, key)) == "OK");
  REQUIRE(lines.lines().size() == 4);
}

TEST_CASE("a request's trace is told wherever it goes") {
  Lines lines;
  NodeOptions options;
  options.request_log = lines.Log();
  NodeCluster cluster(2, options);
  const std::string key = cluster.KeyOf(1);
  const std::string id = "4bf92f3577b34da6a3ce929d0e0e4736";
  GetRequest request = NodeCluster::AskFor(key);
  request.trace = ReadTrace("00-" + id + "-00f067aa0ba902b7-01", "vendor=state");
  Answers answers;
  cluster.client().Get("n0", request, answers.Callback());
  REQUIRE(answers.WaitFor(1));
  const auto told = lines.lines();
  REQUIRE(told.size() == 2);
  REQUIRE(told[0].starts_with("Get default/\"" + key + "\" from n0 of trace " + id + ": OK, "));
  REQUIRE(
      told[1].starts_with("Get default/\"" + key + "\" from a caller of trace " + id + ": OK, "));
}

TEST_CASE("what a caller sends cannot forge or flood the log") {
  Lines lines;
  MethodTable table = {
      {.service = "s", .name = "Get", .handler = [](const IncomingCall&, ReplyCallback done) {
         done(Fail(Code::kNotFound, "no \x1b[31m\n"));
       }}};
  table = LogRequests(std::move(table), lines.Log());
  const auto ask = [&](const std::string& bytes) {
    int answers = 0;
    table[0].handler({.request = bytes}, [&](const MethodReply& method_reply) {
      const Result<std::string>& reply = method_reply.body;
      REQUIRE_FALSE(reply);
      ++answers;
    });
    REQUIRE(answers == 1);
    return lines.lines().back();
  };
  const std::string odd = ask(EncodeGetRequest({.group = "g", .key = "a\nb\"\xff"}));
  REQUIRE(
      odd.starts_with("Get g/\"a\\x0ab\\x22\\xff\" from a caller: NOT_FOUND no \\x1b[31m\\x0a"));
  REQUIRE(ask(EncodeGetRequest({.group = "g", .key = std::string(1 << 20, 'k')})).size() < 300);
  REQUIRE(ask("\xff").starts_with("Get of no message: NOT_FOUND"));
}

}  // namespace
}  // namespace ringlab
