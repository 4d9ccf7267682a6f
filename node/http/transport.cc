#include "node/http/transport.h"

#include <atomic>
#include <new>
#include <string>
#include <utility>

#include "node/http/routes.h"
#include "node/http/text.h"
#include "node/live/timer_thread.h"
#include "node/wire/wire.h"

namespace ringlab {

namespace {

std::vector<std::string> FieldsOf(const GetRequest& request) {
  std::vector<std::string> fields;
  const auto add = [&](const char* name, const std::string& value) {
    fields.push_back(std::string(name) + ": " + value);
  };
  if (!request.origin.empty()) add(kOriginField, Escape(request.origin));
  if (request.ring_fingerprint != 0) add(kRingField, std::to_string(request.ring_fingerprint));
  if (request.deadline != kNever) {
    const Duration left = request.deadline - TimerThread::SteadyNow();
    add(kTimeoutField, std::to_string(std::chrono::ceil<std::chrono::microseconds>(left).count()));
  }
  if (request.trace) {
    add(kTraceParent, request.trace->parent);
    if (!request.trace->state.empty()) add(kTraceState, request.trace->state);
  }
  return fields;
}

// The code that a node of ours names; kUnknown for what is no name of a code.
Code CodeNamed(std::string_view name) {
  for (int code = static_cast<int>(Code::kCancelled);
       code <= static_cast<int>(Code::kUnauthenticated); ++code) {
    if (CodeName(static_cast<Code>(code)) == name) return static_cast<Code>(code);
  }
  return Code::kUnknown;
}

Error ErrorOf(const HttpAnswer& answer) {
  std::string_view text = answer.body;
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (!answer.code.empty()) return {CodeNamed(answer.code), std::string(text)};
  constexpr std::size_t kTextMax = 500;
  const bool in_between = answer.status >= 502 && answer.status <= 504;
  return {in_between ? Code::kUnavailable : Code::kInternal,
          "the HTTP peer answered " + std::to_string(answer.status) + ": " +
              std::string(text.substr(0, kTextMax))};
}

// Gets that were asked for as one, until the last has come.
struct Batch {
  Batch(std::size_t keys, GetManyCallback its_done)
      : replies(keys, Fail(Code::kInternal, "not answered")),
        left(keys),
        done(std::move(its_done)) {}

  std::vector<Result<GetReply>> replies;  // each written once
  std::atomic<std::size_t> left;
  GetManyCallback done;
};

// A reply may be larger than the memory that is left: that fails its call, and not the node.
Result<GetReply> Decoded(const std::string& body) {
  try {
    return DecodeGetReply(body);
  } catch (const std::bad_alloc&) {
    return Fail(Code::kResourceExhausted,
                "no memory for a reply of " + std::to_string(body.size()) + " bytes");
  }
}

tl::unexpected<Error> GetsAlone(std::string_view to) {
  return Fail(Code::kUnimplemented, "\"" + std::string(to) +
                                        "\" is reached over HTTP, and groupcache's protocol "
                                        "there has Get alone");
}

}  // namespace

void HttpTransport::SetPeers(const std::vector<Peer>& peers) {
  auto book = std::make_shared<Book>();
  for (const Peer& peer : peers) book->emplace(peer.name, peer.address);
  any_.store(!book->empty());
  std::shared_ptr<const Book> now = std::move(book);
  MutexLock lock(mutex_);
  book_.swap(now);  // the old one ends outside the lock
}

std::shared_ptr<const HttpTransport::Book> HttpTransport::Snapshot() const {
  MutexLock lock(mutex_);
  return book_;
}

bool HttpTransport::Knows(std::string_view name) const {
  return any_.load(std::memory_order_relaxed) && Snapshot()->contains(name);
}

void HttpTransport::Get(std::string_view to, const GetRequest& request, GetCallback done) {
  const auto book = Snapshot();
  const auto peer = book->find(to);
  if (peer == book->end()) {
    return done(Fail(Code::kUnavailable, "no peer is named \"" + std::string(to) + "\""));
  }
  std::vector<std::string> fields = FieldsOf(request);
  if (!authorization_.empty()) fields.push_back(authorization_);
  client_.Get(
      {.url = peer->second + "/_groupcache/" + Escape(request.group) + "/" + Escape(request.key),
       .fields = std::move(fields),
       .deadline = request.deadline},
      [done = std::move(done)](Result<HttpAnswer> answer) mutable {
        if (!answer) return done(tl::unexpected<Error>(std::move(answer.error())));
        if (answer->status == 200) return done(Decoded(answer->body));
        done(tl::unexpected<Error>(ErrorOf(*answer)));
      });
}

void HttpTransport::GetMany(std::string_view to, const GetManyRequest& request,
                            GetManyCallback done) {
  const auto batch = std::make_shared<Batch>(request.keys.size(), std::move(done));
  for (std::size_t i = 0; i < request.keys.size(); ++i) {
    Get(to,
        {.group = request.group,
         .key = request.keys[i],
         .hop = request.hop,
         .deadline = request.deadline,
         .origin = request.origin,
         .ring_fingerprint = request.ring_fingerprint,
         .trace = request.trace},
        [batch, i](Result<GetReply> reply) {
          batch->replies[i] = std::move(reply);
          if (batch->left.fetch_sub(1) == 1) batch->done(std::move(batch->replies));
        });
  }
}

void HttpTransport::Peek(std::string_view to, const GetRequest&, PeekCallback done) {
  done(GetsAlone(to));
}

void HttpTransport::Set(std::string_view to, const SetRequest&, WriteCallback done) {
  done(GetsAlone(to));
}

void HttpTransport::Remove(std::string_view to, const RemoveRequest&, WriteCallback done) {
  done(GetsAlone(to));
}

}  // namespace ringlab
