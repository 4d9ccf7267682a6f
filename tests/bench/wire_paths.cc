// Messages to bytes and back, as each call over the wire does on both sides.
#include <memory>
#include <string>
#include <utility>

#include "node/wire/wire.h"
#include "tests/bench/hot_path.h"

namespace ringlab {
namespace {

constexpr std::uint64_t kOps = 5'000;

GetRequest ARequest() {
  GetRequest request;
  request.group = "default";
  request.key = "key-1234567";
  request.hop = Hop::kPeer;
  request.origin = "n1";
  request.ring_fingerprint = 0x123456789abcdef0;
  return request;
}

GetReply AReply() {
  return {.value = Value::Copy(std::string(100, 'v')), .level = Level::kSource, .minute_qps = 7};
}

RunOps EncodedRequests() {
  return [](std::uint64_t ops) {
    const GetRequest request = ARequest();
    for (; ops > 0; --ops) Keep(EncodeGetRequest(request));
  };
}

RunOps DecodedRequests() {
  return [bytes = EncodeGetRequest(ARequest())](std::uint64_t ops) {
    for (; ops > 0; --ops) Keep(DecodeGetRequest(bytes));
  };
}

RunOps EncodedReplies() {
  return [](std::uint64_t ops) {
    const GetReply reply = AReply();
    for (; ops > 0; --ops) Keep(EncodeGetReply(reply));
  };
}

RunOps DecodedReplies() {
  return [bytes = EncodeGetReply(AReply())](std::uint64_t ops) {
    for (; ops > 0; --ops) Keep(DecodeGetReply(bytes));
  };
}

}  // namespace

std::vector<HotPath> WirePaths() {
  return {{"wire_encode_get_request", kOps, EncodedRequests, true},
          {"wire_decode_get_request", kOps, DecodedRequests},
          {"wire_encode_get_reply", kOps, EncodedReplies},
          {"wire_decode_get_reply", kOps, DecodedReplies, true}};
}

}  // namespace ringlab
