// The rules of gRPC over HTTP/2 as a server keeps them, one row a rule: frames in, frames out.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/node/h2/frame_reader.h"
#include "tests/node/h2/frames.h"
#include "tests/node/h2/worlds.h"

using namespace ringlab;          // NOLINT(google-build-using-namespace): a test
using namespace ringlab::frames;  // NOLINT(google-build-using-namespace): a test

namespace {

struct Row {
  std::string rule;
  std::string in;
  std::string out;  // lines; "…" at the end of a line: anything may follow there
};

const std::string kHead = "HEADERS 1 :status=200 content-type=application/grpc\n";
const std::string kTail = "HEADERS 1 end grpc-status=0\n";

std::string Echoed(const std::string& message, const std::string& stream = "1") {
  return "HEADERS " + stream + " :status=200 content-type=application/grpc\nDATA " + stream + " " +
         Message(message) + "\nHEADERS " + stream + " end grpc-status=0\n";
}

// A reply of nothing but an error.
std::string Refused(int code, const std::string& message, const std::string& http = "200") {
  return "HEADERS 1 end :status=" + http +
         " content-type=application/grpc grpc-status=" + std::to_string(code) +
         " grpc-message=" + message + "\n";
}

Fields Without(Fields fields, const std::string& name) {
  std::erase_if(fields, [&name](const auto& field) { return field.first == name; });
  return fields;
}

Fields With(Fields fields, const std::string& name, const std::string& value) {
  for (auto& field : fields) {
    if (field.first == name) field.second = value;
  }
  return fields;
}

const std::string kEcho = "/test.Test/Echo";

bool Matches(const std::string& out, const std::string& pattern) {
  std::size_t at = 0;
  for (std::size_t from = 0; from < pattern.size();) {
    std::size_t to = pattern.find("…\n", from);
    const bool open = to != std::string::npos;
    if (!open) to = pattern.size();
    if (out.compare(at, to - from, pattern, from, to - from) != 0) return false;
    at += to - from;
    from = open ? to + std::string("…\n").size() : to;
    if (open) at = out.find('\n', at) + 1;
  }
  return at == out.size();
}

void CheckRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    for (const std::size_t step : {std::size_t{1} << 20, std::size_t{1}}) {
      ServerWorld server;
      server.Feed(Preface() + row.in, kStart, step);
      Reader reader;
      const std::string out = reader.Read(server.Pull());
      INFO(row.rule << (step == 1 ? ", byte by byte" : "") << "\nexpected:\n"
                    << row.out << "came:\n"
                    << out);
      CHECK(Matches(out, row.out));
      CHECK(server.adds_up());
      CHECK(*server.at_work == 0);
    }
  }
}

}  // namespace

TEST_CASE("h2 server: requests") {
  const Fields request = Request(kEcho);
  const std::string data = Data(1, Message("abc"));
  CheckRows({
      {"a unary call", Call(1, kEcho, "abc"), Echoed("abc")},
      {"an empty message is a message", Call(1, kEcho, ""), Echoed("")},
      {"two calls, each its own stream", Call(1, kEcho, "a") + Call(3, kEcho, "b"),
       kHead + "HEADERS 3 :status=200 content-type=application/grpc\nDATA 1 " + Message("a") +
           "\n" + kTail + "DATA 3 " + Message("b") + "\nHEADERS 3 end grpc-status=0\n"},
      {"any order of fields",
       Headers(1, {{":path", kEcho},
                   {":authority", "n"},
                   {":scheme", "https"},
                   {":method", "POST"},
                   {"x-own", "1"},
                   {"content-type", "application/grpc+proto"},
                   {"te", "trailers"}}) +
           data,
       Echoed("abc")},
      {"te may be absent", Headers(1, Without(request, "te")) + data, Echoed("abc")},
      {"te is trailers", Headers(1, With(request, "te", "gzip")) + data,
       "RESET 1 PROTOCOL_ERROR\n"},
      {"an authority is needed", Headers(1, Without(request, ":authority")) + data,
       "RESET 1 PROTOCOL_ERROR\n"},
      {"a path is needed", Headers(1, Without(request, ":path")) + data,
       "RESET 1 PROTOCOL_ERROR\n"},
      {"two paths", Headers(1, Request(kEcho, {{":path", kEcho}})) + data,
       "RESET 1 PROTOCOL_ERROR\n"},
      {"an upper-case name", Headers(1, Request(kEcho, {{"X-Own", "1"}})) + data,
       "RESET 1 PROTOCOL_ERROR\n"},
      {"a field of the connection", Headers(1, Request(kEcho, {{"connection", "close"}})) + data,
       "RESET 1 PROTOCOL_ERROR\n"},
      {"the method is POST", Headers(1, With(request, ":method", "PUT")) + data,
       Refused(13, "expected the HTTP method POST", "405")},
      {"content-type with parameters",
       Headers(1, With(request, "content-type", "application/grpc;charset=utf-8")) + data,
       Echoed("abc")},
      {"content-type of grpc-web",
       Headers(1, With(request, "content-type", "application/grpc-web")) + data,
       "HEADERS 1 end :status=415 grpc-status=13 …\n"},
      {"no content-type", Headers(1, Without(request, "content-type")) + data,
       "HEADERS 1 end :status=415 grpc-status=13 …\n"},
      {"an unknown path", Call(1, "/test.Test/echo", ""),
       Refused(12, "no method \"/test.Test/echo\"")},
      {"padding",
       Headers(1, request) + Frame(NGHTTP2_DATA, kEndStream | NGHTTP2_FLAG_PADDED, 1,
                                   '\3' + Message("abc") + std::string(3, '\0')),
       Echoed("abc")},
      {"a header block in pieces",
       Frame(NGHTTP2_HEADERS, 0, 1, Block(request).substr(0, 10)) +
           Frame(NGHTTP2_CONTINUATION, kEndHeaders, 1, Block(request).substr(10)) + data,
       Echoed("abc")},
      {"a frame within a header block",
       Frame(NGHTTP2_HEADERS, 0, 1, Block(request).substr(0, 10)) + Ping(),
       "GOAWAY 1 PROTOCOL_ERROR …\n"},
      {"trailing fields end a request too",
       Headers(1, request) + Data(1, Message("abc"), 0) +
           Headers(1, {{"x-end", "1"}}, kEndHeaders | kEndStream),
       Echoed("abc")},
      {"other grpc- names are ignored",
       Call(1, kEcho, "abc", {{"grpc-new", "1"}, {"grpc-accept-encoding", "gzip"}}), Echoed("abc")},
      {"an encoding matters to compressed messages alone",
       Call(1, kEcho, "abc", {{"grpc-encoding", "gzip"}}), Echoed("abc")},
  });
}

TEST_CASE("h2 server: messages") {
  const std::string head = Headers(1, Request(kEcho));
  CheckRows({
      {"a prefix in pieces",
       head + Data(1, Message("abc").substr(0, 2), 0) + Data(1, Message("abc").substr(2)),
       Echoed("abc")},
      {"empty frames between", head + Data(1, "", 0) + Data(1, Message("abc"), 0) + Data(1, ""),
       Echoed("abc")},
      {"END_STREAM on HEADERS", Headers(1, Request(kEcho), kEndHeaders | kEndStream),
       Refused(13, "the request has no message")},
      {"END_STREAM without a message", head + Data(1, ""),
       Refused(13, "the request has no message")},
      {"a cut prefix", head + Data(1, "\0\0\0"), Refused(13, "the request has no message")},
      {"a cut prefix", head + Data(1, std::string(3, '\0')),
       Refused(13, "the request's message is cut")},
      {"a cut message", head + Data(1, Message("abc").substr(0, 7)),
       Refused(13, "the request's message is cut")},
      {"a second message", head + Data(1, Message("abc") + Message("d")),
       Refused(12, "expected one message, found more")},
      {"a flag without an encoding", head + Data(1, Message("abc", 1)),
       Refused(13, "a compressed message without an encoding")},
      {"a flag with identity",
       Headers(1, Request(kEcho, {{"grpc-encoding", "identity"}})) + Data(1, Message("abc", 1)),
       Refused(13, "a compressed message without an encoding")},
      {"a compressed message",
       Headers(1, Request(kEcho, {{"grpc-encoding", "gzip"}})) + Data(1, Message("abc", 1)),
       "HEADERS 1 end :status=200 content-type=application/grpc grpc-status=12 "
       "grpc-message=messages "
       "are taken uncompressed only grpc-accept-encoding=identity\n"},
      {"an unknown flag", head + Data(1, Message("abc", 2)),
       Refused(13, "a message with an unknown flag")},
      {"too large: at the prefix, and the rest is not wanted",
       head + Data(1, std::string(1, '\0') + Number(33554433, 4) + "abc", 0),
       Refused(8, "received message larger than max (33554433 vs. 33554432)") +
           "RESET 1 NO_ERROR\n"},
  });
}

TEST_CASE("h2 server: deadlines and trailers") {
  CheckRows({
      {"a timeout", Call(1, kEcho, "a", {{"grpc-timeout", "5S"}}), Echoed("a")},
      {"eight digits", Call(1, kEcho, "a", {{"grpc-timeout", "99999999H"}}), Echoed("a")},
      {"nine digits", Call(1, kEcho, "a", {{"grpc-timeout", "999999999n"}}),
       Refused(13, "expected a grpc-timeout of up to 8 digits and a unit")},
      {"no unit", Call(1, kEcho, "a", {{"grpc-timeout", "5"}}),
       Refused(13, "expected a grpc-timeout of up to 8 digits and a unit")},
      {"a sign", Call(1, kEcho, "a", {{"grpc-timeout", "-5S"}}),
       Refused(13, "expected a grpc-timeout of up to 8 digits and a unit")},
      {"no time at all", Call(1, kEcho, "a", {{"grpc-timeout", "0m"}}),
       Refused(4, "Deadline Exceeded")},
      {"an error has a tail alone, its text is escaped, pushback is beside it",
       Call(1, "/test.Test/Fail", "k"),
       "HEADERS 1 end :status=200 content-type=application/grpc grpc-status=5 grpc-message=no "
       "\"k\"%0A grpc-retry-pushback-ms=40\n"},
      {"what explains an answer is in the tail", Call(1, "/test.Test/Explain", "a"),
       kHead + "DATA 1 " + Message("a") +
           "\nHEADERS 1 end grpc-status=0 ringlab-answer=hit main\n"},
      {"a handler that throws", Call(1, "/test.Test/Throw", "a"),
       Refused(13, "the handler ended without an answer")},
      {"an error before the request ends: the rest is not wanted", Headers(1, Request("/no/Such")),
       Refused(12, "no method \"/no/Such\"") + "RESET 1 NO_ERROR\n"},
  });
}

TEST_CASE("h2 server: health") {
  const std::string check = "/grpc.health.v1.Health/Check";
  CheckRows({
      {"the whole node", Call(1, check, ""), Echoed("\x08\x02")},
      {"a service", Call(1, check, "\x0a\x09test.Test"), Echoed("\x08\x02")},
      {"fields of later versions are skipped",
       Call(1, check, std::string("\x10\x05\x0a\x09test.Test\x1a\x01x", 16)), Echoed("\x08\x02")},
      {"an unknown service", Call(1, check, "\x0a\x01x"), Refused(5, "no service \"x\"")},
      {"no request", Call(1, check, "\x0a\x09x"), Refused(3, "expected a HealthCheckRequest")},
      {"a watch goes on", Call(1, "/grpc.health.v1.Health/Watch", ""),
       kHead + "DATA 1 " + Message("\x08\x02") + "\n"},
      {"a watch of an unknown service", Call(1, "/grpc.health.v1.Health/Watch", "\x0a\x01x"),
       kHead + "DATA 1 " + Message("\x08\x03") + "\n"},
  });
}

TEST_CASE("h2 server: frames") {
  const std::string echo = Call(1, kEcho, "a");
  CheckRows({
      {"a PING is answered", Ping(), "PONG\n"},
      {"unknown frames are ignored", Frame(0xee, 0xff, 1, "abc") + echo, Echoed("a")},
      {"unknown settings are ignored", Settings(Setting(0xfe03, 1)) + echo, Echoed("a")},
      {"PRIORITY is ignored", Frame(NGHTTP2_PRIORITY, 0, 1, Number(0, 4) + "x") + echo,
       Echoed("a")},
      {"DATA on a stream that nobody opened", Data(1, ""), "GOAWAY 0 PROTOCOL_ERROR …\n"},
      {"DATA of the connection", Data(0, ""), "GOAWAY 0 PROTOCOL_ERROR …\n"},
      {"a stream of the server's", Call(2, kEcho, "a"), "GOAWAY 0 PROTOCOL_ERROR …\n"},
      {"a window of nothing", WindowUpdate(0, 0), "GOAWAY 0 PROTOCOL_ERROR …\n"},
      {"a window too wide", WindowUpdate(0, 0x7fffffff), "GOAWAY 0 FLOW_CONTROL_ERROR …\n"},
      {"a PUSH_PROMISE",
       Headers(1, Request(kEcho)) + Frame(NGHTTP2_PUSH_PROMISE, kEndHeaders, 1, Number(2, 4)),
       "GOAWAY 1 PROTOCOL_ERROR …\n"},
      {"a PING of another length", Frame(NGHTTP2_PING, 0, 0, "123"),
       "GOAWAY 0 FRAME_SIZE_ERROR …\n"},
      {"a frame too large", Number(16385, 3) + Frame(NGHTTP2_DATA, 0, 1, "").substr(3),
       "GOAWAY 0 FRAME_SIZE_ERROR …\n"},
      {"broken header compression", Frame(NGHTTP2_HEADERS, kEndHeaders, 1, "\xff\xff\xff\xff\xff"),
       "GOAWAY 1 COMPRESSION_ERROR …\n"},
      {"the peer goes away: what it asked is answered", echo + GoAway(0, 0), Echoed("a")},
  });
}
