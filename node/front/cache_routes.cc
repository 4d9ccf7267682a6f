#include "node/front/cache_routes.h"

#include <chrono>
#include <memory>
#include <utility>

#include "core/base/parse.h"
#include "node/http/transport.h"
#include "node/live/timer_thread.h"
#include "node/wire/method_table.h"
#include "node/wire/wire.h"

namespace ringlab {

namespace {

constexpr const char* kBytesType = "application/octet-stream";
constexpr const char* kProtobufType = "application/x-protobuf";
constexpr std::uint64_t kExpireMinutesMax = 4321;  // springcache says 4320, and takes one more

using DoorPointer = std::shared_ptr<const Door>;

HttpReply BytesReply(std::string type, std::string bytes) {
  return {.type = std::move(type), .body = std::move(bytes)};
}

HttpReply Refused(Entry& entry) { return ErrorReply(503, Entry::Refusal(), entry.Pushback()); }

// What the reference systems answer when a Get fails: 500, but for what they do not know.
int StatusOfGet(Code code) { return code == Code::kResourceExhausted ? 503 : 500; }

Result<Group*> GroupFor(const Groups& groups, const HttpForm& form) {
  if (const std::string* name = FindField(form, "group")) return FindGroup(groups, *name);
  const auto preferred = groups.find("default");
  return (preferred == groups.end() ? groups.begin() : preferred)->second.get();
}

std::string_view ValueOf(const HttpForm& form, std::string_view name) {
  const std::string* value = FindField(form, name);
  return value == nullptr ? std::string_view() : *value;
}

// The time that a caller or a peer gives: it is microseconds in a header field.
TimePoint DeadlineOf(const HttpRequest& request) {
  const auto left = ParseCount(request.field(kTimeoutField));
  constexpr std::uint64_t kMax = 1'000'000'000'000;  // eleven days are for ever
  if (!left || *left > kMax) return kNever;
  return SaturatingAdd(TimerThread::SteadyNow(), std::chrono::microseconds(*left));
}

Trace TraceOf(const HttpRequest& request) {
  return ReadTrace(request.field(kTraceParent), request.field(kTraceState));
}

using Shape = HttpReply (*)(std::string_view value);

HttpReply Plain(std::string_view value) { return BytesReply(kBytesType, std::string(value)); }

HttpReply Labelled(std::string_view value) {
  return BytesReply(kBytesType, "value=" + std::string(value) + '\n');
}

void ServeGet(const DoorPointer& door, Shape shape, const HttpRequest& request,
              HttpReplyCallback done) {
  const auto form = ParseForm(request.query);
  if (!form) return done(ErrorReply(400, form.error()));
  const auto group = GroupFor(door->groups, *form);
  if (!group) return done(ErrorReply(404, group.error()));
  Entry entry(*door, Hop::kCaller);
  if (!entry) return done(Refused(entry));
  const std::string key(ValueOf(*form, "key"));
  const GetRequest get{.group = (*group)->name(),
                       .key = key,
                       .deadline = DeadlineOf(request),
                       .trace = TraceOf(request)};
  (*group)->Get(get, [door, shape, key, entry = std::move(entry),
                      done = std::move(done)](Result<GetReply> reply) mutable {
    std::string answer =
        Explain(*door, key, entry.arrived(), entry.Leave(reply), reply).answer.ToText();
    HttpReply http = reply ? shape(reply->value.view())
                           : ErrorReply(StatusOfGet(reply.error().code), reply.error());
    http.fields.emplace_back("Ringlab-Answer", std::move(answer));
    http.fields.emplace_back("Cache-Control", "no-store");
    done(std::move(http));
  });
}

// What a form asks to be set, or what is wrong with it. Views into the form.
Result<SetRequest> ReadSet(const HttpForm& form) {
  if (FindField(form, "value") == nullptr) return Fail(Code::kInvalidArgument, "value required");
  SetRequest set{.group = {}, .key = ValueOf(form, "key"), .value = ValueOf(form, "value")};
  const std::string_view expire = ValueOf(form, "expire");
  const auto minutes = ParseCount(expire.empty() ? "0" : expire);
  if (!minutes || *minutes > kExpireMinutesMax) {
    return Fail(Code::kInvalidArgument, "expire \"" + Escape(expire) +
                                            "\": expected whole minutes from 0 (the default) to " +
                                            std::to_string(kExpireMinutesMax));
  }
  set.ttl = std::chrono::minutes(*minutes);
  const std::string_view hot = ValueOf(form, "hot");
  if (!hot.empty() && hot != "true" && hot != "false") {
    return Fail(Code::kInvalidArgument,
                "hot \"" + Escape(hot) + "\": expected true, false or nothing");
  }
  set.hot = hot == "true";
  return set;
}

void ServeSet(const DoorPointer& door, const HttpRequest& request, HttpReplyCallback done) {
  const auto form = ParsePostedForm(request);
  if (!form) return done(ErrorReply(StatusOf(form.error().code), form.error()));
  const auto group = GroupFor(door->groups, *form);
  if (!group) return done(ErrorReply(404, group.error()));
  auto set = ReadSet(*form);
  if (!set) return done(ErrorReply(400, set.error()));
  Entry entry(*door, Hop::kCaller);
  if (!entry) return done(Refused(entry));
  set->group = (*group)->name();
  set->deadline = DeadlineOf(request);
  set->trace = TraceOf(request);
  (*group)->Set(*set, [entry = std::move(entry),
                       done = std::move(done)](const Result<void>& written) mutable {
    entry.Leave();
    if (!written) return done(ErrorReply(StatusOf(written.error().code), written.error()));
    done(TextReply(200, "done"));
  });
}

// Whoever asks has decided that the key is ours: it is answered where it lands.
void ServePeer(const DoorPointer& door, std::string_view base, const char* type,
               const HttpRequest& request, HttpReplyCallback done) {
  const auto question = ReadPeerQuestion(request, base);
  if (!question) return done(ErrorReply(400, question.error()));
  const auto group = FindGroup(door->groups, question->path.group);
  if (!group) return done(ErrorReply(404, group.error()));
  Entry entry(*door, Hop::kPeer);
  if (!entry) return done(Refused(entry));
  (*group)->Get(question->request(), [door, type, entry = std::move(entry), done = std::move(done)](
                                         const Result<GetReply>& reply) mutable {
    entry.Leave(reply);
    done(PeerReply(reply, type));
  });
}

HttpRoute GetRow(const DoorPointer& door, std::string path, std::string about, Shape shape) {
  return {.method = "GET",
          .path = std::move(path),
          .about = std::move(about),
          .handler = [door, shape](const HttpRequest& request, HttpReplyCallback done) {
            ServeGet(door, shape, request, std::move(done));
          }};
}

HttpRoute PeerRow(const DoorPointer& door, const std::string& path, std::string about,
                  const char* type) {
  return {.method = "GET",
          .path = path,
          .about = std::move(about),
          .handler = [door, path, type](const HttpRequest& request, HttpReplyCallback done) {
            ServePeer(door, path, type, request, std::move(done));
          }};
}

}  // namespace

Result<PeerQuestion> ReadPeerQuestion(const HttpRequest& request, std::string_view base) {
  auto path = ParsePeerPath(request.path.substr(base.size()));
  if (!path) return tl::unexpected<Error>(path.error());
  auto origin = Unescape(request.field(kOriginField), Plus::kPlus);
  if (!origin) return tl::unexpected<Error>(origin.error());
  return PeerQuestion{.path = *std::move(path),
                      .origin = *std::move(origin),
                      .ring_fingerprint = ParseCount(request.field(kRingField)).value_or(0),
                      .deadline = DeadlineOf(request),
                      .trace = TraceOf(request)};
}

HttpReply PeerReply(const Result<GetReply>& reply, const char* type) {
  if (reply) return BytesReply(type, EncodeGetReply(*reply));
  return ErrorReply(StatusOfGet(reply.error().code), reply.error());
}

std::vector<HttpRoute> CacheRoutes(const Door& its_door) {
  const auto door = std::make_shared<const Door>(its_door);
  return {
      GetRow(door, "/api", "?key=K[&group=G]: the value", &Plain),
      GetRow(door, "/api/get", "?key=K[&group=G]: the value, labelled", &Labelled),
      {.method = "POST",
       .path = "/api/set",
       .about = "a form of key, value, expire (minutes), hot, group: sets the value",
       .handler = [door](const HttpRequest& request,
                         HttpReplyCallback done) { ServeSet(door, request, std::move(done)); }},
      PeerRow(door, "/_groupcache/", "GROUP/KEY: the value, for peers", kProtobufType),
      PeerRow(door, "/_geecache/", "GROUP/KEY: the same, as TinyCacheByGo's peers ask", kBytesType),
  };
}

}  // namespace ringlab
