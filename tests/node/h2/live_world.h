// A server and links of the h2 engine over loopback, with methods that behave in ways of their own.
#pragma once

#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "node/h2/links.h"
#include "node/h2/server.h"
#include "node/live/timer_thread.h"

namespace ringlab {

inline constexpr std::string_view kEcho = "/test.Test/Echo";    // the request, at once
inline constexpr std::string_view kSlow = "/test.Test/Slow";    // likewise, after 20 ms
inline constexpr std::string_view kOther = "/test.Test/Other";  // likewise, from another thread
inline constexpr std::string_view kKeep = "/test.Test/Keep";    // when the test says so
inline constexpr std::string_view kLarge = "/test.Test/Large";  // a megabyte
inline constexpr std::string_view kFail = "/test.Test/Fail";    // an error

// Replies that handlers owe.
class Kept {
 public:
  void Add(ReplyCallback done) {
    const std::lock_guard lock(mutex_);
    kept_.push_back(std::move(done));
    changed_.notify_all();
  }
  void Await(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return kept_.size() >= count; });
  }
  void AnswerAll(const std::string& text) {
    std::vector<ReplyCallback> kept;
    {
      const std::lock_guard lock(mutex_);
      kept.swap(kept_);
    }
    for (ReplyCallback& done : kept) done(text);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ReplyCallback> kept_;
};

// What callers were told, in the order in which they were.
class Replies {
 public:
  BytesCallback Callback() {
    return [this](Result<std::string_view> bytes) {
      const std::lock_guard lock(mutex_);
      replies_.push_back(bytes ? Result<std::string>(std::string(*bytes))
                               : Result<std::string>(tl::unexpected<Error>(bytes.error())));
      changed_.notify_all();
    };
  }
  std::vector<Result<std::string>> Await(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return replies_.size() >= count; });
    return replies_;
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return replies_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Result<std::string>> replies_;
};

// One call and its answer.
inline Result<std::string> Ask(Link& link, std::string_view path, std::string request,
                               TimePoint deadline = kNever) {
  Replies replies;
  link.Call({.path = path, .request = std::move(request), .deadline = deadline},
            replies.Callback());
  return replies.Await(1).front();
}

struct H2World {
  explicit H2World(int loop_count = 2, H2LinksOptions link_options = {})
      : loops(*LoopPool::Start(loop_count)),
        links(*H2Links::Start(*loops, std::move(link_options))) {}
  ~H2World() {
    kept.AnswerAll("late");
    timer.Stop();
  }

  MethodTable Methods() {
    const auto method = [](const char* name, Handler handler) {
      return Method{"test.Test", name, std::move(handler)};
    };
    MethodTable table;
    table.push_back(method("Echo", [](const IncomingCall& call, ReplyCallback done) {
      done(std::string(call.request));
    }));
    table.push_back(method("Slow", [this](const IncomingCall& call, ReplyCallback done) {
      timer.RunAt(timer.Now() + std::chrono::milliseconds(20),
                  [text = std::string(call.request), done = std::move(done)]() mutable {
                    done(std::move(text));
                  });
    }));
    table.push_back(method("Other", [this](const IncomingCall& call, ReplyCallback done) {
      timer.RunAt(timer.Now(), [text = std::string(call.request),
                                done = std::move(done)]() mutable { done(std::move(text)); });
    }));
    table.push_back(method(
        "Keep", [this](const IncomingCall&, ReplyCallback done) { kept.Add(std::move(done)); }));
    table.push_back(method(
        "Large", [](const IncomingCall&, ReplyCallback done) { done(std::string(1 << 20, 'x')); }));
    table.push_back(method("Fail", [](const IncomingCall&, ReplyCallback done) {
      done(ringlab::Fail(Code::kNotFound, "no such key: \"k\""));
    }));
    return table;
  }

  std::unique_ptr<H2Server> Serve(const std::string& listen = "127.0.0.1:0",
                                  H2ServerOptions options = {}) {
    auto server = H2Server::Start(*loops, listen, Methods(), std::move(options));
    if (!server) FAIL(server.error().message);
    return *std::move(server);
  }

  Kept kept;
  TimerThread timer;
  std::unique_ptr<LoopPool> loops;
  std::unique_ptr<H2Links> links;
};

}  // namespace ringlab
