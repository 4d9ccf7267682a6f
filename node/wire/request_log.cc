#include "node/wire/request_log.h"

#include <utility>

#include "core/base/parse.h"
#include "node/live/timer_thread.h"
#include "node/wire/wire.h"

namespace ringlab {

namespace {

constexpr std::size_t kTextBytesMax = 128;

}  // namespace

std::string Printable(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const char c : bytes.substr(0, kTextBytesMax)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ' ' && byte <= '~' && c != '"' && c != '\\') {
      text += c;
    } else {
      text += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return bytes.size() > kTextBytesMax ? text + "..." : text;
}

namespace {

// `default/"key-7"`, and who asked, of every message that names group and key: their numbers are
// the same in all of them, and in those of the dialects, which say no more. A batch names its last
// key.
std::string What(const Method& method, std::string_view request) {
  if (method.name == kStatsName || method.name == kAnnounceName) return method.name;
  const auto get = DecodeGetRequest(request);
  if (!get) return method.name + " of no message";
  return method.name + ' ' + Printable(get->group) + "/\"" + Printable(get->key) + "\" from " +
         (get->hop == Hop::kCaller ? "a caller" : Printable(get->origin));
}

std::string Describe(const Method& method, const IncomingCall& call) {
  const std::string what = What(method, call.request);
  return call.trace ? what + " of trace " + std::string(call.trace->trace_id()) : what;
}

std::string Outcome(const Result<std::string>& reply) {
  if (reply) return "OK, " + std::to_string(reply->size()) + " bytes";
  return std::string(CodeName(reply.error().code)) + ' ' + Printable(reply.error().message);
}

}  // namespace

MethodTable LogRequests(MethodTable methods, const RequestLog& log) {
  for (Method& method : methods) {
    Handler inner = std::exchange(method.handler, nullptr);
    method.handler = [row = method, inner = std::move(inner), log](const IncomingCall& call,
                                                                   ReplyCallback&& done) {
      if (!log.wanted()) return inner(call, std::move(done));
      inner(call, [what = Describe(row, call), tell = log.tell, began = TimerThread::SteadyNow(),
                   done = std::move(done)](MethodReply reply) mutable {
        tell(what + ": " + Outcome(reply.body) + ", " +
             FormatDuration(TimerThread::SteadyNow() - began));
        done(std::move(reply));
      });
    };
  }
  return methods;
}

}  // namespace ringlab
