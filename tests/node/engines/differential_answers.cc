#include <nghttp2/nghttp2.h>

#include <string_view>
#include <utility>

#include "tests/node/engines/differential_rows.h"
#include "tests/node/h2/frames.h"

namespace ringlab::differential {

using frames::Call;
using frames::Data;
using frames::Frame;
using frames::Headers;
using frames::kEndHeaders;
using frames::Message;
using frames::Request;

std::vector<Row> TimeoutRows() {
  std::vector<Row> rows;
  for (const char* text : {"1H", "1M", "60S", "60000m", "99999999u", "00000060S"}) {
    rows.push_back({std::string("in time: ") + text, Call(1, kSeen, "", {{"grpc-timeout", text}}),
                    "200 grpc 0 [a deadline]"});
  }
  for (const char* text : {"0S", "0n", "1n", "1u", "20m", "20000u", "20000000n"}) {
    rows.push_back({std::string("not in time: ") + text,
                    Call(1, "/t.T/Never", "", {{"grpc-timeout", text}}), "200 grpc 4 and why"});
  }
  for (const char* text : {"", "1", "S", "1s", "-1S", "+1S", "1.5S", "1SS"}) {
    rows.push_back({std::string("no timeout: \"") + text + '"',
                    Call(1, kSeen, "", {{"grpc-timeout", text}}), "200 grpc 13 and why",
                    "200 grpc 0 [no deadline]", kHandedOn});
  }
  for (const char* text : {"1 S", "123456789S"}) {
    rows.push_back({std::string("no timeout but to grpc++: \"") + text + '"',
                    Call(1, kSeen, "", {{"grpc-timeout", text}}), "200 grpc 13 and why",
                    "200 grpc 0 [a deadline]", kHandedOn});
  }
  rows.push_back({"for ever: 99999999H", Call(1, kSeen, "", {{"grpc-timeout", "99999999H"}}),
                  "200 grpc 0 [no deadline]"});
  rows.push_back({"none", Call(1, kSeen, ""), "200 grpc 0 [no deadline]"});
  return rows;
}

std::vector<Row> AnswerRows() {
  const std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const auto failed = [](const std::string& text) {
    return Row{"an error with \"" + text + '"', Call(1, kFail, text),
               "200 grpc 5 \"handler: " + text + '"'};
  };
  return {
      failed("plain"),
      failed(""),
      failed("a space at the end "),
      failed("100 % and %41"),
      failed("two\nlines\r\n"),
      failed("a\ttab"),
      failed("Grüße 王五 🙂"),
      failed("\x01\x7f"),
      {"an error with a time to come back", Call(1, kFail, "busy"),
       "200 grpc 5 \"handler: busy\" grpc-retry-pushback-ms=40"},
      {"an error explained", Call(1, kFail, "x", {{"ringlab-explain", "1"}}),
       "200 grpc 5 \"handler: x\" ringlab-answer=none"},
      {"a late answer", Call(1, "/t.T/Late", "hello"), kHello},
      {"an answer overtakes a late one", Call(1, "/t.T/Late", "a") + Call(3, kEcho, "b"),
       "200 grpc 0 [a]; 200 grpc 0 [b]", "", "", 1, 2},
      {"requests that mix",
       Head() + Headers(3, Request(kFail)) + Data(1, Message("hello").substr(0, 6), 0) +
           Data(3, Message("x")) + Data(1, Message("hello").substr(6)),
       kHello + "; 200 grpc 5 \"handler: x\"", "", "", 1, 2},
      {"explain", Call(1, kSeen, "", {{"ringlab-explain", "1"}}),
       "200 grpc 0 ringlab-answer=seen [no deadline, explain]"},
      {"explain: 0", Call(1, kSeen, "", {{"ringlab-explain", "0"}}), "200 grpc 0 [no deadline]"},
      {"traceparent", Call(1, kSeen, "", {{"traceparent", parent}, {"tracestate", "a=b"}}),
       "200 grpc 0 [no deadline, trace " + parent + " a=b]"},
      {"a bad traceparent", Call(1, kSeen, "", {{"traceparent", "00-x"}}),
       "200 grpc 0 [no deadline]"},
      {"a pseudo-header behind a field",
       Headers(1, {{":method", "POST"},
                   {":scheme", "http"},
                   {":path", kSeen},
                   {"x-mine", "a"},
                   {":authority", "n"},
                   {"te", "trailers"},
                   {"content-type", "application/grpc"}}) +
           Data(1, Message("")),
       "reset PROTOCOL_ERROR", "200 grpc 0 [no deadline]", kLibrary},
      {"metadata before the protocol's own",
       Headers(1, {{":method", "POST"},
                   {":scheme", "http"},
                   {":path", kSeen},
                   {":authority", "n"},
                   {"x-mine", "a"},
                   {"grpc-timeout", "1M"},
                   {"content-type", "application/grpc"},
                   {"te", "trailers"}}) +
           Data(1, Message("")),
       "200 grpc 0 [a deadline]"},
      {"metadata of bytes", Call(1, kSeen, "", {{"x-mine-bin", "AAEC/w"}, {"y-bin", "AAEC/w=="}}),
       "200 grpc 0 [no deadline]"},
      {"metadata that is no base64", Call(1, kSeen, "", {{"x-mine-bin", "!"}}),
       "200 grpc 0 [no deadline]", "…, then closed",
       "h2 does not look at metadata that it has no use for"},
      {"names of the protocol's that there are not",
       Call(1, kSeen, "",
            {{"grpc-nothing", "1"},
             {"grpc-previous-rpc-attempts", "1"},
             {"grpc-accept-encoding", "gzip"}}),
       "200 grpc 0 [no deadline]"},
  };
}

namespace {

const std::string kIgnored = "grpc++ passes over it";
const std::string kWordless = "grpc++ closes without a GOAWAY";

// Frames that end the connection.
Row Ends(const std::string& name, const std::string& frames, const std::string& code,
         const std::string& of_grpc, const std::string& because) {
  return {name, frames, "nothing, then GOAWAY " + code, of_grpc, because, 1, 1, false};
}

}  // namespace

std::vector<Row> ConnectionRows() {
  const std::string never = Call(1, "/t.T/Never", "");
  return {
      {"a reset before the answer",
       never + frames::Reset(1, NGHTTP2_CANCEL) + Call(3, kEcho, "hello"), kHello, "", "", 2, 2},
      {"a reset in the request",
       Head() + frames::Reset(1, NGHTTP2_CANCEL) + Call(3, kEcho, "hello"), kHello, "", "", 2, 2},
      {"a request that goes on after its reset",
       Head() + frames::Reset(1, NGHTTP2_CANCEL) + Data(1, Message("x")) + Call(3, kEcho, "hello"),
       kHello, "", "", 2, 2},
      {"a ping", frames::Ping() + Call(1, kEcho, "hello"), kHello},
      {"frames of an unknown type",
       Frame(0x77, 0xff, 0, "?") + Head() + Frame(0x77, 0, 1, "?") + Data(1, Message("hello")),
       kHello},
      {"a priority", Frame(NGHTTP2_PRIORITY, 0, 1, std::string(5, '\0')) + Call(1, kEcho, "hello"),
       kHello},
      {"field names in a second frame",
       Headers(1, {{":method", "POST"}, {":scheme", "http"}, {":path", kEcho}, {":authority", "n"}},
               0) +
           Frame(NGHTTP2_CONTINUATION, kEndHeaders, 1,
                 frames::Block({{"te", "trailers"}, {"content-type", "application/grpc"}})) +
           Data(1, Message("hello")),
       kHello},
      {"a going away by the client", Call(1, kEcho, "hello") + frames::GoAway(0, 0),
       kHello + ", then closed", kHello, "grpc++ lets the client close"},
      Ends("data on no stream", Data(0, "x"), "PROTOCOL_ERROR", "nothing", kIgnored),
      Ends("data on a stream that was never begun", Data(1, "x"), "PROTOCOL_ERROR", "nothing",
           kIgnored),
      Ends("a stream of the server's", Call(2, kEcho, "x"), "PROTOCOL_ERROR", "nothing", kIgnored),
      Ends("a stream behind the last one", Call(3, kEcho, "x") + Call(1, kEcho, "x"),
           "STREAM_CLOSED", "nothing", kIgnored),
      Ends("a window too large", frames::WindowUpdate(0, 0x7fffffff), "FLOW_CONTROL_ERROR",
           "nothing", kIgnored),
      Ends("a push", Frame(NGHTTP2_PUSH_PROMISE, kEndHeaders, 1, frames::Number(2, 4)),
           "PROTOCOL_ERROR", "nothing", kIgnored),
      Ends("a window that grows by nothing", frames::WindowUpdate(0, 0), "PROTOCOL_ERROR",
           "nothing, then closed", kWordless),
      Ends("settings that are cut", frames::Settings("x"), "FRAME_SIZE_ERROR",
           "nothing, then closed", kWordless),
      Ends("a short ping", Frame(NGHTTP2_PING, 0, 0, "x"), "FRAME_SIZE_ERROR",
           "nothing, then closed", kWordless),
      Ends("a header block that cannot be",
           Frame(NGHTTP2_HEADERS, kEndHeaders, 1, "\xff\xff\xff\xff"), "COMPRESSION_ERROR",
           "…, then closed", kWordless),
      Ends("more padding than frame", Head() + Frame(NGHTTP2_DATA, NGHTTP2_FLAG_PADDED, 1, "\xff"),
           "PROTOCOL_ERROR", "… reset PROTOCOL_ERROR", "grpc++ takes no padding"),
      Ends("a frame longer than may be", Head() + std::string("\x7f\0\0\0\0\0\0\0\1", 9),
           "FRAME_SIZE_ERROR", "…, then closed", kWordless),
      {"HTTP/1", "GET / HTTP/1.1\r\nHost: n\r\n\r\n", "nothing, then closed", "", "", 1, 1, false,
       true},
      {"bytes of no protocol", std::string(100, '\xfe'), "nothing, then closed", "", "", 1, 1,
       false, true},
  };
}

std::vector<Row> SessionRows() {
  const std::string hello = Message("hello");
  const auto with_settings = [](std::uint16_t name, std::uint32_t value) {
    return frames::Settings(frames::Setting(name, value)) + Call(1, kEcho, "hello");
  };
  const std::string priority(5, '\0');
  return {
      {"a setting that there is not", with_settings(0x99, 7), kHello},
      {"a small table of fields", with_settings(NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, 0), kHello},
      {"large frames welcome", with_settings(NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 1 << 20), kHello},
      Ends("a window of 2^31", with_settings(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1U << 31),
           "FLOW_CONTROL_ERROR", "", ""),
      Ends("a push that is 2", with_settings(NGHTTP2_SETTINGS_ENABLE_PUSH, 2), "PROTOCOL_ERROR", "",
           ""),
      Ends("frames too small", with_settings(NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 100),
           "PROTOCOL_ERROR", "", ""),
      {"no window, and one later",
       with_settings(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0) + frames::WindowUpdate(1, 3) +
           frames::WindowUpdate(1, 7) +
           frames::Settings(frames::Setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 65'535)),
       kHello},
      {"padded header fields",
       Frame(NGHTTP2_HEADERS, kEndHeaders | NGHTTP2_FLAG_PADDED, 1,
             "\5" + frames::Block(Request(kEcho)) + priority) +
           Data(1, hello),
       kHello, "…, then closed", "grpc++ takes no padding"},
      {"header fields with a priority",
       Frame(NGHTTP2_HEADERS, kEndHeaders | NGHTTP2_FLAG_PRIORITY, 1,
             priority + frames::Block(Request(kEcho))) +
           Data(1, hello),
       kHello},
      {"more header fields in the middle",
       Head() + Data(1, hello, 0) + Headers(1, {{"x-more", "1"}}) + Data(1, ""),
       "reset PROTOCOL_ERROR", "…, then closed", kWordless},
      {"pseudo-headers at the end",
       Head() + Data(1, hello, 0) +
           Headers(1, {{":path", kFail}}, kEndHeaders | frames::kEndStream),
       "reset PROTOCOL_ERROR", kHello, kLibrary},
      {"a content-length that is right", Head(kEcho, {{"content-length", "10"}}) + Data(1, hello),
       kHello},
      {"a content-length that is wrong", Head(kEcho, {{"content-length", "11"}}) + Data(1, hello),
       "reset PROTOCOL_ERROR", kHello, kLibrary},
      {"data behind the end of a call at work", Call(1, "/t.T/Never", "") + Data(1, hello),
       "nothing, then GOAWAY STREAM_CLOSED", "nothing", kIgnored, 1, 1, false},
      {"a window for a stream that was never begun", frames::WindowUpdate(1, 1),
       "nothing, then GOAWAY PROTOCOL_ERROR", "nothing", kIgnored, 1, 1, false},
      {"a reset of a stream that was never begun", frames::Reset(1, NGHTTP2_CANCEL),
       "nothing, then GOAWAY PROTOCOL_ERROR", "nothing", kIgnored, 1, 1, false},
      {"a stream's window too large", Head() + frames::WindowUpdate(1, 0x7fffffff) + Data(1, hello),
       "reset FLOW_CONTROL_ERROR", kHello, kIgnored},
      {"a stream's window that grows by nothing",
       Head() + frames::WindowUpdate(1, 0) + Data(1, hello), "nothing, then GOAWAY PROTOCOL_ERROR",
       "…, then closed", kWordless},
      Ends("a continuation of nothing",
           Frame(NGHTTP2_CONTINUATION, kEndHeaders, 1, frames::Block({{"a", "b"}})),
           "PROTOCOL_ERROR", "nothing, then closed", kWordless),
      Ends("another frame among header fields",
           Headers(1, Request(kEcho), 0) + frames::Ping() + Data(1, hello), "PROTOCOL_ERROR",
           "…, then closed", kWordless),
  };
}

std::vector<Row> HealthRows() {
  return {
      {"health", Call(1, "/grpc.health.v1.Health/Check", ""), std::string("200 grpc 0 [\x08\x01]")},
      {"health of a service", Call(1, "/grpc.health.v1.Health/Check", "\x0a\3t.T"),
       "200 grpc 0 [\x08\x01]"},
      {"health of what there is not", Call(1, "/grpc.health.v1.Health/Check", "\x0a\1x"),
       "200 grpc 5 and why"},
      {"health by no message", Call(1, "/grpc.health.v1.Health/Check", "\xff"),
       "200 grpc 3 and why"},
      {"a watch is reset",
       Call(1, "/grpc.health.v1.Health/Watch", "") + frames::Reset(1, NGHTTP2_CANCEL) +
           Call(3, kEcho, "hello"),
       kHello, "", "", 2, 2},
      {"no reflection",
       Call(1, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", ""),
       "200 grpc 12 and why", "200 grpc 12", "grpc++ has no words for it"},
  };
}

}  // namespace ringlab::differential
