#include "node/http/routes.h"

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

HttpRoute Row(std::string method, std::string path, const std::string& answer) {
  return {.method = std::move(method),
          .path = std::move(path),
          .about = "says " + answer,
          .handler = [answer](const HttpRequest&, HttpReplyCallback done) {
            done(TextReply(200, answer));
          }};
}

HttpReply Ask(const HttpRoutes& routes, std::string_view method, std::string_view path) {
  HttpReply answer{.status = 0};
  routes.Serve({.method = method, .path = path},
               [&](HttpReply reply) { answer = std::move(reply); });
  return answer;
}

std::string FieldOf(const HttpReply& reply, const std::string& name) {
  for (const auto& [each, value] : reply.fields) {
    if (each == name) return value;
  }
  return "";
}

const HttpRoutes kRoutes({Row("GET", "/", "root"), Row("GET", "/a", "get"),
                          Row("POST", "/a", "post"), Row("POST", "/b", "b"),
                          Row("GET", "/all/", "all")});

TEST_CASE("a request goes to the row of its path and method") {
  REQUIRE(Ask(kRoutes, "GET", "/").body == "root\n");
  REQUIRE(Ask(kRoutes, "GET", "/a").body == "get\n");
  REQUIRE(Ask(kRoutes, "HEAD", "/a").body == "get\n");
  REQUIRE(Ask(kRoutes, "POST", "/a").body == "post\n");
  REQUIRE(Ask(kRoutes, "GET", "/all/").body == "all\n");
  REQUIRE(Ask(kRoutes, "GET", "/all/x/y").body == "all\n");
}

TEST_CASE("a wrong method is told which are right") {
  const HttpReply reply = Ask(kRoutes, "DELETE", "/a");
  REQUIRE(reply.status == 405);
  REQUIRE(FieldOf(reply, "Allow") == "GET, HEAD, POST");
  REQUIRE(FieldOf(Ask(kRoutes, "HEAD", "/b"), "Allow") == "POST");
}

TEST_CASE("a form on a page of another site is refused") {
  for (const auto& [origin, status] : {std::pair{"http://evil.example", 403},
                                       {"null", 403},
                                       {"http://127.0.0.1:9001", 200},
                                       {"HTTP://127.0.0.1:9001", 200},
                                       {"", 200}}) {
    HttpRequest request{.method = "POST", .path = "/a"};
    request.field = [&](std::string_view name) -> std::string_view {
      return name == "Origin" ? origin : name == "Host" ? "127.0.0.1:9001" : "";
    };
    kRoutes.Serve(request, [&](const HttpReply& reply) { REQUIRE(reply.status == status); });
  }
}

TEST_CASE("an unknown path is told the known ones") {
  for (const char* path : {"/none", "/all", "", "/a/", "//a", "*"}) {
    const HttpReply reply = Ask(kRoutes, "GET", path);
    REQUIRE(reply.status == 404);
    REQUIRE(reply.body.find("POST /b  says b") != std::string::npos);
  }
}

TEST_CASE("an error tells its code, and when to come back") {
  const Error error{Code::kResourceExhausted, "too much"};
  const HttpReply reply = ErrorReply(503, error, std::chrono::milliseconds(1));
  REQUIRE(reply.body == "too much\n");
  REQUIRE(FieldOf(reply, kCodeField) == "RESOURCE_EXHAUSTED");
  REQUIRE(FieldOf(reply, "Retry-After") == "1");
  REQUIRE(FieldOf(ErrorReply(500, error, std::chrono::milliseconds(1001)), "Retry-After") == "2");
  REQUIRE(FieldOf(ErrorReply(500, error), "Retry-After").empty());
}

TEST_CASE("every code has a status, and every status its words") {
  for (int code = 1; code <= 16; ++code) {
    const int status = StatusOf(static_cast<Code>(code));
    REQUIRE((status >= 400 && status < 600));
    REQUIRE((status == 500) == (PhraseOf(status) == std::string("Internal Server Error")));
  }
}

TEST_CASE("a posted form is its body's fields and then its query's") {
  HttpRequest request{.path = "/a", .query = "key=q&group=g", .body = "key=b"};
  REQUIRE(*FindField(*ParsePostedForm(request), "key") == "b");
  REQUIRE(*FindField(*ParsePostedForm(request), "group") == "g");
  request.field = [](std::string_view) -> std::string_view { return "multipart/form-data"; };
  REQUIRE_FALSE(ParsePostedForm(request));
}

TEST_CASE("a form is a form whatever the case of its type and what is said beside it") {
  for (const auto& [type, taken] : {std::pair{"", true},
                                    {"application/x-www-form-urlencoded", true},
                                    {"Application/X-WWW-Form-URLencoded", true},
                                    {"APPLICATION/X-WWW-FORM-URLENCODED; charset=UTF-8", true},
                                    {"application/x-www-form-urlencoded;charset=utf-8", true},
                                    {"application/x-www-form-urlencoded2", false},
                                    {"multipart/form-data", false},
                                    {"text/plain", false}}) {
    CAPTURE(type);
    HttpRequest request{.method = "POST", .path = "/a", .body = "key=Tom"};
    request.field = [&](std::string_view name) -> std::string_view {
      return name == "Content-Type" ? type : "";
    };
    REQUIRE(ParsePostedForm(request).has_value() == taken);
  }
}

}  // namespace
}  // namespace ringlab
