#include "node/wire/cache_service.h"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "node/live/unix_time.h"
#include "node/wire/answer_times.h"

namespace ringlab {

MethodReply Refused(Entry& entry) {
  MethodReply reply = tl::unexpected<Error>(Entry::Refusal());
  reply.retry_after = entry.Pushback();
  return reply;
}

namespace {

MethodReply Encoded(const Result<GetReply>& reply) {
  if (!reply) return tl::unexpected<Error>(reply.error());
  return EncodeGetReply(*reply);
}

// The group that a request is for. The error is its own, whatever was decoded before.
template <class Request>
Result<Group*> GroupOf(const Groups& groups, const Result<Request>& request) {
  if (!request) return tl::unexpected<Error>(request.error());
  return FindGroup(groups, request->group);
}

// What a caller wants to be told of its answer.
struct Asked {
  bool by_metadata;
  bool by_field;
  bool timed;
};

// For so long the bytes of a call had been here when a thread took it up.
Duration QueueOf(const IncomingCall& call, const Entry& entry) {
  return call.arrived == kNever ? Duration(0) : entry.arrived() - call.arrived;
}

void GetExplained(const Door& door, Group& group, const GetRequest& request, Asked asked,
                  Duration queue, Entry entry, ReplyCallback done) {
  group.Get(request, [&door, asked, queue, entry = std::move(entry), key = std::string(request.key),
                      done = std::move(done)](const Result<GetReply>& reply) mutable {
    const TimePoint arrived = entry.arrived() - queue;
    const ExplainedGet explained = Explain(door, key, arrived, entry.Leave(reply), reply);
    AnswerTimes times;
    if (asked.timed && reply) times = TimesOf(*reply, explained.answer.took, queue);
    MethodReply encoded =
        reply ? MethodReply(EncodeGetReply(*reply, asked.by_field ? &explained.answer : nullptr,
                                           asked.timed ? &times : nullptr))
              : Encoded(reply);
    if (asked.by_metadata) encoded.answer = explained.answer.ToText();
    done(std::move(encoded));
  });
}

void GetTimed(Group& group, const GetRequest& request, Duration queue, Entry entry,
              ReplyCallback done) {
  group.Get(request, [queue, entry = std::move(entry),
                      done = std::move(done)](const Result<GetReply>& reply) mutable {
    const Duration took = entry.Leave(reply) - entry.arrived() + queue;
    if (!reply) return done(Encoded(reply));
    const AnswerTimes times = TimesOf(*reply, took, queue);
    done(EncodeGetReply(*reply, nullptr, &times));
  });
}

void ServeGet(const Door& door, const IncomingCall& call, ReplyCallback&& done) {
  bool explain = false;
  Result<GetRequest> request = DecodeGetRequest(call.request, &explain);
  // What the reference systems say first: the key is missing, whatever the group.
  if (request && request->key.empty()) return done(Fail(Code::kInvalidArgument, kKeyRequired));
  const Result<Group*> group = GroupOf(door.groups, request);
  if (!group) return done(tl::unexpected<Error>(group.error()));
  Entry entry(door, request->hop);
  if (!entry) return done(Refused(entry));
  request->deadline = call.deadline;
  request->trace = call.trace;
  if (call.explain || explain) {
    return GetExplained(door, **group, *request, {call.explain, explain, request->timed},
                        QueueOf(call, entry), std::move(entry), std::move(done));
  }
  if (request->timed) {
    const Duration queue = QueueOf(call, entry);
    return GetTimed(**group, *request, queue, std::move(entry), std::move(done));
  }
  auto answered = [entry = std::move(entry),
                   done = std::move(done)](const Result<GetReply>& reply) mutable {
    entry.Leave(reply);
    done(Encoded(reply));
  };
  static_assert(sizeof answered <= kFunctionInlineBytes, "a hit would cost an allocation");
  (*group)->Get(*request, std::move(answered));
}

void ServeGetMany(const Door& door, const IncomingCall& call, ReplyCallback&& done) {
  groupcachepb::GetManyRequest message;
  std::vector<std::string_view> keys;
  Result<GetManyRequest> request = DecodeGetManyRequest(call.request, message, keys);
  const Result<Group*> group = GroupOf(door.groups, request);
  if (!group) return done(tl::unexpected<Error>(group.error()));
  if (std::string wrong = (*group)->ComplaintAboutBatch(keys.size()); !wrong.empty()) {
    return done(Fail(Code::kInvalidArgument, std::move(wrong)));
  }
  Entry entry(door, request->hop);
  if (!entry) return done(Refused(entry));
  request->deadline = call.deadline;
  request->trace = call.trace;
  (*group)->GetMany(*request, [entry = std::move(entry), hop = request->hop,
                               done = std::move(done)](const auto& replies) mutable {
    entry.Leave();
    // Too large as a whole. A peer is told so in a code of its own: its source would not help it.
    if (!replies.front() && replies.front().error().code == Code::kOutOfRange) {
      const Code code = hop == Hop::kPeer ? Code::kOutOfRange : Code::kResourceExhausted;
      return done(Fail(code, replies.front().error().message));
    }
    done(EncodeGetManyReply(replies));
  });
}

// Not held up by any bound on work: it is none.
void ServePeek(const Door& door, const IncomingCall& call, ReplyCallback&& done) {
  Result<GetRequest> request = DecodeGetRequest(call.request);
  const Result<Group*> group = GroupOf(door.groups, request);
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

void ServeSet(const Door& door, const IncomingCall& call, ReplyCallback&& done) {
  groupcachepb::SetRequest message;
  Result<SetRequest> request = DecodeSetRequest(call.request, UnixNowNs(), message);
  const Result<Group*> group = GroupOf(door.groups, request);
  if (!group) return done(tl::unexpected<Error>(group.error()));
  Entry entry(door, request->hop);
  if (!entry) return done(Refused(entry));
  request->deadline = call.deadline;
  request->trace = call.trace;
  (*group)->Set(*request, Acknowledge(std::move(entry), std::move(done)));
}

void ServeRemove(const Door& door, const IncomingCall& call, ReplyCallback&& done) {
  groupcachepb::RemoveRequest message;
  Result<RemoveRequest> request = DecodeRemoveRequest(call.request, message);
  const Result<Group*> group = GroupOf(door.groups, request);
  if (!group) return done(tl::unexpected<Error>(group.error()));
  Entry entry(door, request->hop);
  if (!entry) return done(Refused(entry));
  request->deadline = call.deadline;
  request->trace = call.trace;
  (*group)->Remove(*request, Acknowledge(std::move(entry), std::move(done)));
}

using Serve = void (*)(const Door&, const IncomingCall&, ReplyCallback&&);

Method RowOf(const std::shared_ptr<const Door>& door, std::string_view name, Serve serve) {
  return {.service = std::string(kServiceName),
          .name = std::string(name),
          .handler = [door, serve](const IncomingCall& call, ReplyCallback&& done) {
            serve(*door, call, std::move(done));
          }};
}

}  // namespace

MethodTable CacheMethods(const Door& its_door, NodeCalls calls) {
  const auto door = std::make_shared<const Door>(its_door);
  return {
      RowOf(door, kGetName, &ServeGet),
      RowOf(door, kGetManyName, &ServeGetMany),
      RowOf(door, kPeekName, &ServePeek),
      RowOf(door, kSetName, &ServeSet),
      RowOf(door, kRemoveName, &ServeRemove),
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
