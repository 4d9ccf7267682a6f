#include "node/cache_service.h"

#include <memory>
#include <utility>
#include <vector>

#include "node/answer.h"
#include "node/timer_thread.h"
#include "node/unix_time.h"

namespace ringlab {

namespace {

MethodReply Refused(Entry::Refusal refusal) {
  MethodReply reply = tl::unexpected<Error>(std::move(refusal.why));
  reply.retry_after = refusal.retry_after;
  return reply;
}

MethodReply Encoded(Result<GetReply> reply) {
  if (!reply) return tl::unexpected<Error>(std::move(reply.error()));
  return EncodeGetReply(*reply);
}

// A value out of a cache of this node, which knows since when it has been there.
bool IsCached(Level level) {
  return level == Level::kCache || level == Level::kHot || level == Level::kStale;
}

// How a Get went, told to a caller. Between nodes it would be read by nobody.
std::string AnswerTo(const Served& served, std::string_view key, TimePoint arrived, TimePoint now,
                     const Result<GetReply>& reply) {
  const auto view = served.membership.Snapshot();
  Answer answer;
  if (reply) answer.level = reply->level;
  if (reply && IsCached(reply->level)) answer.age = Found(reply->value).Age(now);
  answer.owner = view->owner_name(view->ring->OwnerOf(key));
  answer.ring = view->ring->fingerprint();
  answer.took = now - arrived;
  return answer.ToText();
}

void ServeGet(const Served& served, const IncomingCall& call, ReplyCallback done) {
  groupcachepb::GetRequest message;
  Result<GetRequest> request = DecodeGetRequest(call.request, message);
  if (request && request->key.empty()) return done(Fail(Code::kInvalidArgument, kKeyRequired));
  const Result<Group*> group = GroupOf(served.groups, request);
  if (!group) return done(tl::unexpected<Error>(group.error()));
  Entry entry(served, request->hop);
  if (!entry) return done(Refused(entry.Refuse()));
  request->deadline = call.deadline;
  if (request->hop != Hop::kCaller) {
    return (*group)->Get(*request, [entry = std::move(entry),
                                    done = std::move(done)](Result<GetReply> reply) mutable {
      entry.Leave(reply);
      done(Encoded(std::move(reply)));
    });
  }
  (*group)->Get(*request, [&served, entry = std::move(entry), key = std::string(request->key),
                           done = std::move(done)](Result<GetReply> reply) mutable {
    std::string answer = AnswerTo(served, key, entry.arrived(), entry.Leave(reply), reply);
    MethodReply encoded = Encoded(std::move(reply));
    encoded.answer = std::move(answer);
    done(std::move(encoded));
  });
}

void ServeGetMany(const Served& served, const IncomingCall& call, ReplyCallback done) {
  groupcachepb::GetManyRequest message;
  std::vector<std::string_view> keys;
  Result<GetManyRequest> request = DecodeGetManyRequest(call.request, message, keys);
  const Result<Group*> group = GroupOf(served.groups, request);
  if (!group) return done(tl::unexpected<Error>(group.error()));
  if (std::string wrong = (*group)->ComplaintAboutBatch(keys.size()); !wrong.empty()) {
    return done(Fail(Code::kInvalidArgument, std::move(wrong)));
  }
  Entry entry(served, request->hop);
  if (!entry) return done(Refused(entry.Refuse()));
  request->deadline = call.deadline;
  (*group)->GetMany(
      *request, [entry = std::move(entry), done = std::move(done)](const auto& replies) mutable {
        entry.Leave();
        done(EncodeGetManyReply(replies));
      });
}

// Not held up by any bound on work: it is none.
void ServePeek(const Served& served, const IncomingCall& call, ReplyCallback done) {
  groupcachepb::GetRequest message;
  Result<GetRequest> request = DecodeGetRequest(call.request, message);
  const Result<Group*> group = GroupOf(served.groups, request);
  if (!group) return done(tl::unexpected<Error>(group.error()));
  (*group)->Peek(*request, [&done](Result<PeekReply> reply) {
    if (!reply) return done(tl::unexpected<Error>(std::move(reply.error())));
    done(EncodePeekReply(*reply));
  });
}

WriteCallback Acknowledge(Entry entry, ReplyCallback done) {
  return [entry = std::move(entry), done = std::move(done)](Result<void> written) mutable {
    entry.Leave();
    if (!written) return done(tl::unexpected<Error>(std::move(written.error())));
    done(std::string());  // an empty message
  };
}

void ServeSet(const Served& served, const IncomingCall& call, ReplyCallback done) {
  groupcachepb::SetRequest message;
  Result<SetRequest> request = DecodeSetRequest(call.request, UnixNowNs(), message);
  const Result<Group*> group = GroupOf(served.groups, request);
  if (!group) return done(tl::unexpected<Error>(group.error()));
  Entry entry(served, request->hop);
  if (!entry) return done(Refused(entry.Refuse()));
  request->deadline = call.deadline;
  (*group)->Set(*request, Acknowledge(std::move(entry), std::move(done)));
}

void ServeRemove(const Served& served, const IncomingCall& call, ReplyCallback done) {
  groupcachepb::RemoveRequest message;
  Result<RemoveRequest> request = DecodeRemoveRequest(call.request, message);
  const Result<Group*> group = GroupOf(served.groups, request);
  if (!group) return done(tl::unexpected<Error>(group.error()));
  Entry entry(served, request->hop);
  if (!entry) return done(Refused(entry.Refuse()));
  request->deadline = call.deadline;
  (*group)->Remove(*request, Acknowledge(std::move(entry), std::move(done)));
}

using Serve = void (*)(const Served&, const IncomingCall&, ReplyCallback);

Method RowOf(const std::shared_ptr<const Served>& served, std::string_view name, Serve serve) {
  return {.service = std::string(kServiceName),
          .name = std::string(name),
          .handler = [served, serve](const IncomingCall& call, ReplyCallback done) {
            serve(*served, call, std::move(done));
          }};
}

}  // namespace

MethodTable CacheMethods(const Served& what, NodeCalls calls) {
  const auto served = std::make_shared<const Served>(what);
  return {
      RowOf(served, kGetName, &ServeGet),
      RowOf(served, kGetManyName, &ServeGetMany),
      RowOf(served, kPeekName, &ServePeek),
      RowOf(served, kSetName, &ServeSet),
      RowOf(served, kRemoveName, &ServeRemove),
      {.service = std::string(kServiceName),
       .name = std::string(kAnnounceName),
       .handler =
           [announced = std::move(calls.announced)](const IncomingCall& call, ReplyCallback done) {
             auto heard = DecodeAnnouncement(call.request).and_then(announced);
             if (!heard) return done(tl::unexpected<Error>(std::move(heard.error())));
             done(std::string());
           }},
      {.service = std::string(kServiceName),
       .name = std::string(kStatsName),
       .handler = [stats = std::move(calls.stats)](const IncomingCall&, ReplyCallback done) {
         done(EncodeStats(stats()));
       }}};
}

}  // namespace ringlab
