// What a client makes of a server's frames, one row a rule: frames in, how the call ends.
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
  std::string in;   // what the server sends, after its SETTINGS
  std::string out;  // "OK body", "NAME message" (… at its end: anything), or "open"
};

const Fields kHead = {{":status", "200"}, {"content-type", "application/grpc"}};
constexpr std::uint8_t kLast = kEndHeaders | kEndStream;

Fields Tail(const std::string& status, Fields more = {}) {
  Fields fields = {{"grpc-status", status}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

// Head and tail in one.
Fields Alone(const std::string& status, Fields more = {}) {
  Fields fields = kHead;
  for (auto& field : Tail(status, std::move(more))) fields.push_back(field);
  return fields;
}

std::string Reply(const std::string& data, const Fields& tail = Tail("0")) {
  return Headers(1, kHead) + Data(1, data, 0) + Headers(1, tail, kLast);
}

std::string TextOf(const std::optional<Ended>& ended) {
  if (!ended) return "open";
  if (ended->body) return "OK " + *ended->body;
  const Error& error = ended->body.error();
  return std::string(CodeName(error.code)) + " " + error.message;
}

bool Matches(const std::string& text, const std::string& pattern) {
  const std::size_t open = pattern.find("…");
  return open == std::string::npos ? text == pattern : text.starts_with(pattern.substr(0, open));
}

void CheckRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    for (const std::size_t step : {SIZE_MAX, std::size_t{1}}) {
      ClientWorld client;
      const auto ended = client.Start("/test.Test/Echo", "hello");
      client.Pull();
      client.Feed(Settings() + SettingsAck() + row.in, kStart, step);
      client.Pull();
      if (client.connection->broken()) client.connection->Lose("the connection was lost");
      INFO(row.rule << (step == 1 ? ", byte by byte" : ""));
      const std::string text = TextOf(*ended);
      CAPTURE(text, row.out);
      CHECK(Matches(text, row.out));
      CHECK(client.adds_up());
    }
  }
}

}  // namespace

TEST_CASE("h2 client: replies") {
  CheckRows({
      {"a reply", Reply(Message("hello")), "OK hello"},
      {"an empty message", Reply(Message("")), "OK "},
      {"a prefix in pieces",
       Headers(1, kHead) + Data(1, Message("abc").substr(0, 3), 0) +
           Data(1, Message("abc").substr(3), 0) + Headers(1, Tail("0"), kLast),
       "OK abc"},
      {"a tail alone", Headers(1, Alone("5", {{"grpc-message", "no %22k%22"}}), kLast),
       "NOT_FOUND no \"k\""},
      {"a broken escape stays", Headers(1, Alone("5", {{"grpc-message", "50% %zz %4"}}), kLast),
       "NOT_FOUND 50% %zz %4"},
      {"an error after a message", Reply(Message("abc"), Tail("13", {{"grpc-message", "x"}})),
       "INTERNAL x"},
      {"an interim response is skipped",
       Headers(1, {{":status", "103"}, {"link", "x"}}) + Reply(Message("abc")), "OK abc"},
      {"a content-type with a suffix",
       Headers(1, {{":status", "200"}, {"content-type", "application/grpc+proto"}}) +
           Data(1, Message("a"), 0) + Headers(1, Tail("0"), kLast),
       "OK a"},
      {"no status at all", Headers(1, kHead) + Data(1, Message("abc")),
       "UNKNOWN HTTP status 200 and no grpc-status"},
      {"a status that is no number", Headers(1, Alone("x"), kLast), "UNKNOWN "},
      {"a status of another time", Headers(1, Alone("17"), kLast), "UNKNOWN "},
      {"leading zeros", Headers(1, Alone("00"), kLast), "UNKNOWN "},
      {"CANCELLED that nobody asked for", Headers(1, Alone("1"), kLast), "UNAVAILABLE "},
      {"OK without a message", Headers(1, Alone("0"), kLast),
       "UNIMPLEMENTED the reply has no message"},
      {"OK with a cut message", Reply(Message("abc").substr(0, 6)),
       "INTERNAL the reply's message is cut"},
      {"OK with two messages", Reply(Message("abc") + Message("d")),
       "UNIMPLEMENTED expected one message in the reply, found more"},
      {"a compressed message", Reply(Message("abc", 1)),
       "INTERNAL the reply is compressed, which was not offered"},
      {"an unknown flag", Reply(Message("abc", 9)),
       "INTERNAL the reply is a message with an unknown flag"},
      {"a message too large", Reply('\0' + Number(0xffffffff, 4)),
       "RESOURCE_EXHAUSTED received message larger than max (4294967295 vs. 33554432)"},
      {"header fields too large", Headers(1, Alone("0", {{"x", std::string(9000, 'x')}}), kLast),
       "RESOURCE_EXHAUSTED the reply's header fields are too large"},
  });
}

TEST_CASE("h2 client: servers that speak no gRPC") {
  const auto http = [](const std::string& status) {
    return Headers(1, {{":status", status}, {"content-type", "text/html"}}) + Data(1, "<p>no");
  };
  CheckRows({
      {"400", http("400"), "INTERNAL HTTP status 400 and no grpc-status; text/html: <p>no"},
      {"401", http("401"), "UNAUTHENTICATED …"},
      {"403", http("403"), "PERMISSION_DENIED …"},
      {"404", http("404"), "UNIMPLEMENTED …"},
      {"429", http("429"), "UNAVAILABLE …"},
      {"431", http("431"), "INTERNAL …"},
      {"500", http("500"), "UNKNOWN …"},
      {"502", http("502"), "UNAVAILABLE …"},
      {"503", http("503"), "UNAVAILABLE …"},
      {"504", http("504"), "UNAVAILABLE …"},
      {"200, of another kind", http("200"), "UNKNOWN HTTP status 200 and no grpc-status; text…"},
      {"no content-type", Headers(1, {{":status", "200"}}) + Data(1, "x"),
       "UNKNOWN HTTP status 200 and no grpc-status; no content-type: x"},
      {"a grpc-status wins", Headers(1, {{":status", "503"}, {"grpc-status", "7"}}, kLast),
       "PERMISSION_DENIED "},
  });
}

TEST_CASE("h2 client: streams that are reset") {
  const auto reset = [](std::uint32_t code) { return Reset(1, code); };
  CheckRows({
      {"NO_ERROR", reset(0), "INTERNAL the stream was reset: NO_ERROR"},
      {"PROTOCOL_ERROR", reset(1), "INTERNAL …"},
      {"FLOW_CONTROL_ERROR", reset(3), "INTERNAL …"},
      {"STREAM_CLOSED", reset(5), "INTERNAL …"},
      {"CANCEL: a server that stopped", reset(8), "UNAVAILABLE …"},
      {"ENHANCE_YOUR_CALM", reset(11), "RESOURCE_EXHAUSTED …"},
      {"INADEQUATE_SECURITY", reset(12), "PERMISSION_DENIED …"},
      {"an unknown code", reset(99), "INTERNAL the stream was reset: an unknown code"},
      {"after the head", Headers(1, kHead) + reset(2), "INTERNAL …"},
      {"after all was said", Reply(Message("a")) + reset(0), "OK a"},
      {"REFUSED_STREAM: it is sent again", reset(7), "open"},
      {"and no third time", reset(7) + Reset(3, 7), "open"},
  });
}

TEST_CASE("h2 client: connections that break") {
  CheckRows({
      {"a PUSH_PROMISE", Frame(NGHTTP2_PUSH_PROMISE, kEndHeaders, 1, Number(2, 4)),
       "UNAVAILABLE the connection was lost"},
      {"a frame too large", Number(100'000, 3) + Frame(NGHTTP2_DATA, 0, 1, "").substr(3),
       "UNAVAILABLE the connection was lost"},
      {"DATA for a stream that nobody opened", Data(7, "x"), "UNAVAILABLE the connection was lost"},
      {"broken header compression", Frame(NGHTTP2_HEADERS, kEndHeaders, 1, "\xff\xff\xff\xff\xff"),
       "UNAVAILABLE the connection was lost"},
      {"a reply before the connection breaks",
       Reply(Message("a")) + Frame(NGHTTP2_PING, 0, 0, "123"), "OK a"},
      {"DATA before the head", Data(1, Message("a")), "UNAVAILABLE the connection was lost"},
  });
}
