// The bytes of our calls to etcd, and whatever bytes come back.
#include "node/etcd/wire.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

using namespace std::string_literals;

TEST_CASE("the end of a prefix is what follows all keys that start with it") {
  REQUIRE(EtcdPrefixEnd("s/") == "s0");
  REQUIRE(EtcdPrefixEnd("a\xff") == "b");
  REQUIRE(EtcdPrefixEnd("\xff\xff") == "\0"s);
  REQUIRE(EtcdPrefixEnd("") == "\0"s);
}

// By hand from the fields of etcd's rpc.proto.
TEST_CASE("requests have the fields of etcd") {
  REQUIRE(EncodeEtcdList("s/", 5) == "\x0a\x02s/\x12\x02s0\x18\x05"s);
  REQUIRE(EncodeEtcdPut("k", "v", 7) == "\x0a\x01k\x12\x01v\x18\x07"s);
  REQUIRE(EncodeEtcdWatch("s/", 9) == "\x0a\x0a\x0a\x02s/\x12\x02s0\x18\x09"s);
  REQUIRE(EncodeEtcdGrant(std::chrono::milliseconds(2500)) == "\x08\x03"s);
  REQUIRE(EncodeEtcdRevoke(7) == "\x08\x07"s);
  REQUIRE(EncodeEtcdKeepAlive(7) == "\x08\x07"s);
  REQUIRE(EncodeEtcdAuthenticate("u", "p") == "\x0a\x01u\x12\x01p"s);
}

TEST_CASE("answers are read") {
  // header {revision 5}; created; compact_revision 3; PUT of k=v, mod 4, lease 6; DELETE of k,
  // mod 5.
  const auto notice = DecodeEtcdNotice(
      "\x0a\x02\x18\x05\x18\x01\x28\x03"
      "\x5a\x0c\x12\x0a\x0a\x01k\x18\x04\x2a\x01v\x30\x06"
      "\x5a\x09\x08\x01\x12\x05\x0a\x01k\x18\x05"s);
  REQUIRE(notice);
  REQUIRE(notice->revision == 5);
  REQUIRE(notice->created);
  REQUIRE_FALSE(notice->canceled);
  REQUIRE(notice->compact_revision == 3);
  REQUIRE(notice->events.size() == 2);
  REQUIRE_FALSE(notice->events[0].deleted);
  REQUIRE(notice->events[0].entry == EtcdEntry{"k", "v", 4, 6});
  REQUIRE(notice->events[1].deleted);
  REQUIRE(notice->events[1].entry == EtcdEntry{"k", "", 5, 0});
  const auto lease = DecodeEtcdGrant("\x10\x07\x18\x0a"s);
  REQUIRE(lease);
  REQUIRE(lease->id == 7);
  REQUIRE(lease->ttl == std::chrono::seconds(10));
  REQUIRE(DecodeEtcdGrant("\x22\x02no"s).error().message == "no");
  const auto forever = DecodeEtcdKeepAlive("\x18\xff\xff\xff\xff\xff\xff\xff\xff\x7f"s);
  REQUIRE(forever);
  REQUIRE(forever->ttl > std::chrono::hours(1));  // and no overflow
  REQUIRE(DecodeEtcdKeepAlive("\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s)->ttl ==
          Duration::zero());
  REQUIRE(DecodeEtcdNotice("\xff").error().message ==
          "a message of a watch: 1 bytes that are no such message; expected an etcd");
}

TEST_CASE("any bytes are an answer or an error") {
  REQUIRE(rc::check("bytes", [](const std::string& bytes) {
    (void)DecodeEtcdListing(bytes);
    (void)DecodeEtcdPut(bytes);
    (void)DecodeEtcdNotice(bytes);
    (void)DecodeEtcdGrant(bytes);
    (void)DecodeEtcdKeepAlive(bytes);
    (void)DecodeEtcdToken(bytes);
  }));
}

}  // namespace
}  // namespace ringlab
