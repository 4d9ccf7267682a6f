#include "node/http/routes.h"

#include <algorithm>

namespace ringlab {

namespace {

bool Fits(const HttpRoute& route, std::string_view path) {
  return route.takes_all_below() ? path.starts_with(route.path) : path == route.path;
}

// A page of another site may have its visitor's browser post a form here; the browser then says
// whose page it was.
bool IsForged(const HttpRequest& request) {
  const std::string_view origin = request.field("Origin");
  return request.method == "POST" && !origin.empty() &&
         !SameText(origin, "http://" + std::string(request.field("Host")));
}

// A handler reads a body as it came.
bool IsEncoded(const HttpRequest& request) {
  const std::string_view encoding = request.field("Content-Encoding");
  return !encoding.empty() && !SameText(encoding, "identity");
}

HttpReply EncodedReply() {
  HttpReply reply = TextReply(415, "a body with a Content-Encoding; expected one without");
  reply.fields.emplace_back("Accept-Encoding", "identity");
  return reply;
}

bool Takes(const HttpRoute& route, std::string_view method) {
  return method == route.method || (method == "HEAD" && route.method == "GET");
}

}  // namespace

int StatusOf(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
    case Code::kOutOfRange: return 400;
    case Code::kUnauthenticated: return 401;
    case Code::kPermissionDenied: return 403;
    case Code::kNotFound: return 404;
    case Code::kAlreadyExists:
    case Code::kAborted:
    case Code::kFailedPrecondition: return 409;
    case Code::kUnimplemented: return 501;
    case Code::kResourceExhausted:
    case Code::kUnavailable: return 503;
    case Code::kDeadlineExceeded: return 504;
    default: return 500;
  }
}

const char* PhraseOf(int status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 413: return "Payload Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Internal Server Error";
  }
}

HttpReply TextReply(int status, std::string text) {
  return {.status = status,
          .body = std::move(text) + '\n',
          .fields = {{"X-Content-Type-Options", "nosniff"}}};
}

HttpReply ErrorReply(int status, const Error& error, std::optional<Duration> retry_after) {
  HttpReply reply = TextReply(status, error.message);
  reply.fields.emplace_back(kCodeField, CodeName(error.code));
  if (retry_after) {  // whole seconds, and 0 would say "at once"
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*retry_after).count();
    reply.fields.emplace_back("Retry-After", std::to_string(std::max<std::int64_t>(seconds, 1)));
  }
  return reply;
}

Result<HttpForm> ParsePostedForm(const HttpRequest& request) {
  constexpr std::string_view kForm = "application/x-www-form-urlencoded";
  const std::string_view type = request.field("Content-Type");
  if (!type.empty() && !SameText(type.substr(0, type.find_first_of("; \t")), kForm)) {
    return Fail(Code::kInvalidArgument,
                "a body that is not a form; expected " + std::string(kForm));
  }
  auto form = ParseForm(request.body);
  if (!form) return form;
  auto query = ParseForm(request.query);
  if (!query) return query;
  for (auto& field : *query) form->push_back(std::move(field));
  return form;
}

void HttpRoutes::Serve(const HttpRequest& request, HttpReplyCallback done) const {
  std::string allowed;
  for (const HttpRoute& route : routes_) {
    if (!Fits(route, request.path)) continue;
    if (Takes(route, request.method)) {
      if (IsEncoded(request)) return done(EncodedReply());
      if (!IsForged(request)) return route.handler(request, std::move(done));
      return done(ErrorReply(403, {Code::kPermissionDenied, "a form on a page of another site"}));
    }
    allowed += (allowed.empty() ? "" : ", ") + route.method;
    if (route.method == "GET") allowed += ", HEAD";
  }
  if (allowed.empty()) return done(NoSuchPath());
  HttpReply refusal = TextReply(405, "this path takes " + allowed);
  refusal.fields.emplace_back("Allow", std::move(allowed));
  done(std::move(refusal));
}

HttpReply HttpRoutes::NoSuchPath() const {
  std::string text = "no such path; this node answers to\n";
  for (const HttpRoute& route : routes_) {
    text += "  " + route.method + ' ' + route.path + "  " + route.about + '\n';
  }
  text.pop_back();
  return TextReply(404, std::move(text));
}

}  // namespace ringlab
