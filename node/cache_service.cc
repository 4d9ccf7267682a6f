#include "node/cache_service.h"

#include <utility>

#include "node/wire.h"

namespace ringlab {

namespace {

void ServeGet(const Groups& groups, const IncomingCall& call, ReplyCallback done) {
  groupcachepb::GetRequest message;
  Result<GetRequest> request = DecodeGetRequest(call.request, message);
  if (!request) return done(tl::unexpected<Error>(std::move(request.error())));
  if (request->key.empty()) return done(Fail(Code::kInvalidArgument, "key required"));
  const auto group = groups.find(request->group);
  if (group == groups.end()) {
    return done(Fail(Code::kNotFound, "no such group: " + std::string(request->group)));
  }
  request->deadline = call.deadline;
  group->second->Get(*request, [done = std::move(done)](Result<GetReply> reply) mutable {
    if (!reply) return done(tl::unexpected<Error>(std::move(reply.error())));
    done(EncodeGetReply(*reply));
  });
}

}  // namespace

MethodTable CacheMethods(const Groups& groups, std::function<NodeStats()> stats) {
  const std::string service(kServiceName);
  return {{.service = service,
           .name = std::string(kGetName),
           .handler = [&groups](const IncomingCall& call,
                                ReplyCallback done) { ServeGet(groups, call, std::move(done)); }},
          {.service = service,
           .name = std::string(kStatsName),
           .handler = [stats = std::move(stats)](const IncomingCall&, ReplyCallback done) {
             done(EncodeStats(stats()));
           }}};
}

}  // namespace ringlab
