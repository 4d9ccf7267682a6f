#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "tests/node/engines/differential_rows.h"
#include "tests/node/h2/frames.h"

namespace ringlab::differential {

namespace {

using frames::Call;
using frames::Data;
using frames::Fields;
using frames::Frame;
using frames::Headers;
using frames::kEndHeaders;
using frames::kEndStream;
using frames::Message;
using frames::Request;

const std::string kNoPadding = "grpc++ takes no padding";
const std::string kNoWords = "grpc++ has no words for it";
const std::string kBadHead = "grpc++ has one status for all heads that cannot be";

// A request for Echo with other fields than it should have: a value of "" takes the field away.
std::string CallWith(const Fields& changes) {
  Fields fields = Request(kEcho);
  for (const auto& [name, value] : changes) {
    const auto same = [&name](const auto& field) { return field.first == name; };
    const auto at = std::find_if(fields.begin(), fields.end(), same);
    if (value.empty()) {
      fields.erase(at);
    } else if (at == fields.end()) {
      fields.emplace_back(name, value);
    } else {
      at->second = value;
    }
  }
  return Headers(1, fields) + Data(1, Message("hello"));
}

std::string Padded(std::string_view bytes, std::size_t padding, std::uint8_t flags) {
  return Frame(NGHTTP2_DATA, flags | NGHTTP2_FLAG_PADDED, 1,
               static_cast<char>(padding) + std::string(bytes) + std::string(padding, '\0'));
}

}  // namespace

std::vector<Row> BodyRows() {
  std::vector<Row> rows;
  const std::string message = Message("hello");
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    rows.push_back({"a message split after " + std::to_string(cut),
                    Head() + Data(1, message.substr(0, cut), 0) + Data(1, message.substr(cut)),
                    kHello});
  }
  std::string bytewise = Head();
  for (const char byte : message) bytewise += Data(1, std::string(1, byte), 0);
  const std::string large(kMessageBytesMax + 1, 'x');
  const std::vector<Row> others = {
      {"an ordinary call", Call(1, kEcho, "hello"), kHello},
      {"a message without bytes", Call(1, kEcho, ""), "200 grpc 0 []"},
      {"a frame for each byte", bytewise + Data(1, ""), kHello},
      {"an end in a frame of its own", Head() + Data(1, message, 0) + Data(1, ""), kHello},
      {"empty frames between", Head() + Data(1, "", 0) + Data(1, message, 0) + Data(1, ""), kHello},
      {"a padded frame", Head() + Padded(message, 200, kEndStream), kHello,
       "… reset PROTOCOL_ERROR", kNoPadding},
      {"frames of padding alone",
       Head() + Padded("", 255, 0) + Padded(message, 0, 0) + Padded("", 255, kEndStream), kHello,
       "… reset PROTOCOL_ERROR", kNoPadding},
      {"trailers from the client",
       Head() + Data(1, message, 0) + Headers(1, {{"x-end", "1"}}, kEndHeaders | kEndStream),
       kHello},
      {"no message", Head() + Data(1, ""), "200 grpc 13 and why"},
      {"no message, and the end in the headers",
       Headers(1, Request(kEcho), kEndHeaders | kEndStream), "200 grpc 13 and why"},
      {"a cut prefix", Head() + Data(1, message.substr(0, 3)), "200 grpc 13 and why"},
      {"a cut message", Head() + Data(1, message.substr(0, 7)), "200 grpc 13 and why"},
      {"flag 1 and no encoding", Head() + Data(1, Message("hello", 1)), "200 grpc 13 and why",
       "200 grpc 0 [hello]", kHandedOn},
      {"flag 1 and identity",
       Head(kEcho, {{"grpc-encoding", "identity"}}) + Data(1, Message("hello", 1)),
       "200 grpc 13 and why", "200 grpc 0 [hello]", kHandedOn},
      {"an encoding and flag 0", Head(kEcho, {{"grpc-encoding", "gzip"}}) + Data(1, message),
       kHello},
      {"flag 1, gzip, and no gzip",
       Head(kEcho, {{"grpc-encoding", "gzip"}}) + Data(1, Message("hello", 1)),
       "200 grpc 12 and why", "… reset INTERNAL_ERROR",
       "h2 inflates nothing, and grpc++ cannot inflate this"},
      {"an unknown encoding",
       Head(kEcho, {{"grpc-encoding", "rot13"}}) + Data(1, Message("hello", 1)),
       "200 grpc 12 and why", kHello, kHandedOn},
      {"flag 2", Head() + Data(1, Message("hello", 2)), "200 grpc 13 and why", "200 grpc 0 []",
       kHandedOn},
      {"two messages", Head() + Data(1, message + Message("more")), "200 grpc 12 and why", kHello,
       "grpc++ serves the first"},
      {"as large as may be", Call(1, kEcho, large.substr(1)), "200 grpc 0 1005 bytes"},
      {"larger than may be", Call(1, kEcho, large), "200 grpc 8 and why"},
      {"a prefix larger than may be, and no more",
       Head() + Data(1, message.substr(0, 1) + frames::Number(1 << 20, 4), 0), "200 grpc 8 and why",
       "nothing", "grpc++ waits for all of it", 1, 1, false},
      {"a prefix of 4 GiB and an end", Head() + Data(1, std::string("\0\xff\xff\xff\xff", 5)),
       "200 grpc 8 and why", "200 grpc 13 and why", "to grpc++ the message is cut"}};
  rows.insert(rows.end(), others.begin(), others.end());
  return rows;
}

std::vector<Row> HeadRows() {
  return {{"an unknown method", Call(1, "/t.T/Nothing", ""), "200 grpc 12 and why", "200 grpc 12",
           kNoWords},
          {"an unknown service", Call(1, "/t.Nothing/Echo", ""), "200 grpc 12 and why",
           "200 grpc 12", kNoWords},
          {"a path in other letters", Call(1, "/t.T/echo", ""), "200 grpc 12 and why",
           "200 grpc 12", kNoWords},
          {"a path with a query", Call(1, "/t.T/Echo?a=b", ""), "200 grpc 12 and why",
           "200 grpc 12", kNoWords},
          {"a path that is no path", Call(1, "t.T/Echo", ""), "reset PROTOCOL_ERROR", "200 grpc 12",
           kLibrary},
          {"GET", CallWith({{":method", "GET"}}), "405 grpc 13 and why", "200 grpc 2 and why",
           kBadHead},
          {"PUT", CallWith({{":method", "PUT"}}), "405 grpc 13 and why", "200 grpc 2 and why",
           kBadHead},
          {"https", CallWith({{":scheme", "https"}}), kHello},
          {"no te", CallWith({{"te", ""}}), kHello, "200 grpc 2 and why",
           "to grpc++ it is a must; grpc-go does without"},
          {"another te", CallWith({{"te", "gzip"}}), "reset PROTOCOL_ERROR", "200 grpc 2 and why",
           kLibrary},
          {"no content-type", CallWith({{"content-type", ""}}), "415 of type \"\" grpc 13 and why",
           kHello, kHandedOn},
          {"+proto", CallWith({{"content-type", "application/grpc+proto"}}), kHello},
          {"; charset", CallWith({{"content-type", "application/grpc;charset=utf-8"}}), kHello},
          {"grpc-web", CallWith({{"content-type", "application/grpc-web"}}),
           "415 of type \"\" grpc 13 and why", kHello, kHandedOn},
          {"text", CallWith({{"content-type", "text/plain"}}), "415 of type \"\" grpc 13 and why",
           kHello, kHandedOn},
          {"host instead of :authority", CallWith({{":authority", ""}, {"host", "n"}}), kHello},
          {"neither", CallWith({{":authority", ""}}), "reset PROTOCOL_ERROR", "200 grpc 2 and why",
           kLibrary},
          {"no :path", CallWith({{":path", ""}}), "reset PROTOCOL_ERROR", "200 grpc 2 and why",
           kLibrary},
          {"no :method", CallWith({{":method", ""}}), "reset PROTOCOL_ERROR", "200 grpc 2 and why",
           kLibrary},
          {"no :scheme", CallWith({{":scheme", ""}}), "reset PROTOCOL_ERROR", "200 grpc 2 and why",
           kLibrary},
          {"a field in capitals", CallWith({{"X-Field", "1"}}), "reset PROTOCOL_ERROR", kHello,
           kLibrary},
          {"a field of a connection", CallWith({{"connection", "close"}}), "reset PROTOCOL_ERROR",
           kHello, kLibrary},
          {"an unknown pseudo-header", CallWith({{":x", "1"}}), "reset PROTOCOL_ERROR", kHello,
           kLibrary},
          {"two paths", Head(kEcho, {{":path", kFail}}) + Data(1, Message("hello")),
           "reset PROTOCOL_ERROR", "200 grpc 5 \"handler: hello\"", kLibrary},
          {"a field with a line's end", CallWith({{"x-field", "a\r\nb"}}), "reset PROTOCOL_ERROR",
           kHello, kLibrary},
          {"fields of 20,000 bytes",
           Headers(1, Request(kEcho, {{"x-field", std::string(10'000, 'x')}}), 0) +
               Frame(NGHTTP2_CONTINUATION, kEndHeaders, 1,
                     frames::Block({{"y-field", std::string(10'000, 'y')}})) +
               Data(1, Message("hello")),
           "200 grpc 8 and why", "…",
           "grpc++ keeps to its limit once the client's acknowledgement has met it"}};
}

std::vector<Row> Rows() {
  std::vector<Row> rows;
  for (const auto& part : {BodyRows(), HeadRows(), TimeoutRows(), AnswerRows(), ConnectionRows(),
                           SessionRows(), HealthRows()}) {
    rows.insert(rows.end(), part.begin(), part.end());
  }
  return rows;
}

}  // namespace ringlab::differential
