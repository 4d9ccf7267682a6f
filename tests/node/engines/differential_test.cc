// One table of requests, legal and not, as frames: what each engine's server answers, and whether
// the connection outlives it. Where the engines differ, the row says how and why.
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "node/engines/engines.h"
#include "node/live/timer_thread.h"
#include "tests/node/engines/differential_rows.h"
#include "tests/node/engines/raw_peer.h"

namespace ringlab::differential {
namespace {

constexpr std::uint32_t kProbe = 1001;  // a stream that no row uses

// What the methods of the table hold on to.
class Methods {
 public:
  ~Methods() {
    AnswerAll();
    timer_.Stop();
  }

  void AnswerAll() {
    std::vector<ReplyCallback> kept;
    {
      const std::lock_guard lock(mutex_);
      kept.swap(kept_);
    }
    for (ReplyCallback& done : kept) done(std::string("too late"));
  }

  MethodTable Table() {
    const auto row = [](const char* name, ringlab::Handler handler) {
      return Method{.service = "t.T", .name = name, .handler = std::move(handler)};
    };
    MethodTable table;
    table.push_back(row("Echo", [](const IncomingCall& call, ReplyCallback done) {
      done(std::string(call.request));
    }));
    table.push_back(row("Fail", [](const IncomingCall& call, ReplyCallback done) {
      MethodReply reply = Fail(Code::kNotFound, "handler: " + std::string(call.request));
      if (call.explain) reply.answer = "none";
      if (call.request == "busy") reply.retry_after = std::chrono::milliseconds(40);
      done(std::move(reply));
    }));
    table.push_back(row("Late", [this](const IncomingCall& call, ReplyCallback done) {
      timer_.RunAt(timer_.Now() + std::chrono::milliseconds(5),
                   [text = std::string(call.request), done = std::move(done)]() mutable {
                     done(std::move(text));
                   });
    }));
    table.push_back(row("Never", [this](const IncomingCall&, ReplyCallback done) {
      const std::lock_guard lock(mutex_);
      kept_.push_back(std::move(done));
    }));
    table.push_back(row("Seen", [](const IncomingCall& call, ReplyCallback done) {
      std::string text = call.deadline == kNever ? "no deadline" : "a deadline";
      if (call.explain) text += ", explain";
      if (call.trace) text += ", trace " + call.trace->parent + " " + call.trace->state;
      MethodReply reply = std::move(text);
      if (call.explain) reply.answer = "seen";
      done(std::move(reply));
    }));
    return table;
  }

 private:
  TimerThread timer_;
  std::mutex mutex_;
  std::vector<ReplyCallback> kept_;
};

// A server of one engine, for all rows.
struct Served {
  explicit Served(const std::string& engine_name)
      : engine(MakeEngine({.name = engine_name, .loops = 1}).value()),
        server(engine
                   ->Serve("127.0.0.1:0", methods.Table(),
                           {.reflection = false, .request_bytes_max = kMessageBytesMax})
                   .value()) {
    server->SetServing(true);
  }
  ~Served() { methods.AnswerAll(); }

  Methods methods;
  std::shared_ptr<WireEngine> engine;
  std::unique_ptr<WireServer> server;
};

// "ANSWER", of several streams "ANSWER; ANSWER", and ", then GOAWAY …" when the connection ends.
std::string AnswerOf(const Served& served, const Row& row) {
  RawPeer peer(served.server->address());
  peer.Send(row.bare ? row.frames : frames::Preface() + row.frames);
  const auto id = [](int stream) { return static_cast<std::uint32_t>(2 * stream - 1); };
  for (int i = row.first; row.awaits && i <= row.last; ++i) peer.Await(id(i));
  peer.Send(frames::Call(kProbe, "/t.T/Echo", "probe"));
  peer.Await(kProbe);
  std::string words;
  for (int i = row.first; i <= row.last; ++i) {
    words += (i > row.first ? "; " : "") + InWords(peer.seen(id(i)));
  }
  if (peer.connection() != "lives") return words + ", then " + peer.connection();
  const std::string probe = InWords(peer.seen(kProbe));
  return probe == "200 grpc 0 [probe]" ? words : words + ", then a probe is told " + probe;
}

// Of an answer, what `wanted` tells of.
std::string Cut(const std::string& answer, const std::string& wanted) {
  const std::string open = "…";
  if (!wanted.starts_with(open)) return answer;
  const std::string end = wanted.substr(open.size());
  return (" " + answer).ends_with(end) ? wanted : answer;
}

TEST_CASE("both engines answer every request alike, but where the table says why not") {
  Served h2("h2");
  Served grpc("grpc");
  for (const Row& row : Rows()) {
    CAPTURE(row.name);
    CHECK(AnswerOf(h2, row) == row.answer);
    const std::string& wanted = row.of_grpc.empty() ? row.answer : row.of_grpc;
    CHECK(Cut(AnswerOf(grpc, row), wanted) == wanted);
    CHECK(row.of_grpc.empty() == row.because.empty());
    CHECK(row.of_grpc != row.answer);  // a difference that is none any more
  }
}

}  // namespace
}  // namespace ringlab::differential
