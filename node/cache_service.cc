#include "node/cache_service.h"

#include <chrono>
#include <utility>
#include <vector>

#include "node/wire.h"

namespace ringlab {

namespace {

// For expiries that callers give as a time of day: the one place that asks for it.
std::int64_t UnixNow() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The group that a request is for. The error is its own, whatever was decoded before.
template <class Request>
Result<Group*> GroupOf(const Groups& groups, const Result<Request>& request) {
  if (!request) return tl::unexpected<Error>(request.error());
  const auto group = groups.find(request->group);
  if (group != groups.end()) return group->second.get();
  return Fail(Code::kNotFound, "no such group: " + std::string(request->group));
}

void ServeGet(const Groups& groups, const IncomingCall& call, ReplyCallback done) {
  groupcachepb::GetRequest message;
  Result<GetRequest> request = DecodeGetRequest(call.request, message);
  // What the reference systems say first: the key is missing, whatever the group.
  if (request && request->key.empty()) return done(Fail(Code::kInvalidArgument, "key required"));
  const Result<Group*> group = GroupOf(groups, request);
  if (!group) return done(tl::unexpected<Error>(group.error()));
  request->deadline = call.deadline;
  (*group)->Get(*request, [done = std::move(done)](Result<GetReply> reply) mutable {
    if (!reply) return done(tl::unexpected<Error>(std::move(reply.error())));
    done(EncodeGetReply(*reply));
  });
}

void ServeGetMany(const Groups& groups, const IncomingCall& call, ReplyCallback done) {
  groupcachepb::GetManyRequest message;
  std::vector<std::string_view> keys;
  Result<GetManyRequest> request = DecodeGetManyRequest(call.request, message, keys);
  const Result<Group*> group = GroupOf(groups, request);
  if (!group) return done(tl::unexpected<Error>(group.error()));
  if (std::string wrong = (*group)->ComplaintAboutBatch(keys.size()); !wrong.empty()) {
    return done(Fail(Code::kInvalidArgument, std::move(wrong)));
  }
  request->deadline = call.deadline;
  (*group)->GetMany(*request, [done = std::move(done)](auto replies) mutable {
    done(EncodeGetManyReply(replies));
  });
}

WriteCallback Acknowledge(ReplyCallback done) {
  return [done = std::move(done)](Result<void> written) mutable {
    if (!written) return done(tl::unexpected<Error>(std::move(written.error())));
    done(std::string());  // an empty message
  };
}

void ServeSet(const Groups& groups, const IncomingCall& call, ReplyCallback done) {
  groupcachepb::SetRequest message;
  Result<SetRequest> request = DecodeSetRequest(call.request, UnixNow(), message);
  const Result<Group*> group = GroupOf(groups, request);
  if (!group) return done(tl::unexpected<Error>(group.error()));
  request->deadline = call.deadline;
  (*group)->Set(*request, Acknowledge(std::move(done)));
}

void ServeRemove(const Groups& groups, const IncomingCall& call, ReplyCallback done) {
  groupcachepb::RemoveRequest message;
  Result<RemoveRequest> request = DecodeRemoveRequest(call.request, message);
  const Result<Group*> group = GroupOf(groups, request);
  if (!group) return done(tl::unexpected<Error>(group.error()));
  request->deadline = call.deadline;
  (*group)->Remove(*request, Acknowledge(std::move(done)));
}

using Serve = void (*)(const Groups&, const IncomingCall&, ReplyCallback);

Method RowOf(const Groups& groups, std::string_view name, Serve serve) {
  return {.service = std::string(kServiceName),
          .name = std::string(name),
          .handler = [&groups, serve](const IncomingCall& call, ReplyCallback done) {
            serve(groups, call, std::move(done));
          }};
}

}  // namespace

MethodTable CacheMethods(const Groups& groups, std::function<NodeStats()> stats) {
  return {RowOf(groups, kGetName, &ServeGet),
          RowOf(groups, kGetManyName, &ServeGetMany),
          RowOf(groups, kSetName, &ServeSet),
          RowOf(groups, kRemoveName, &ServeRemove),
          {.service = std::string(kServiceName),
           .name = std::string(kStatsName),
           .handler = [stats = std::move(stats)](const IncomingCall&, ReplyCallback done) {
             done(EncodeStats(stats()));
           }}};
}

}  // namespace ringlab
