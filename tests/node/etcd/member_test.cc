// The entries of a cluster under its prefix: whose layouts are read, and what is not.
#include "node/etcd/member.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <map>

#include "node/etcd/roster.h"

namespace ringlab {
namespace {

std::string Why(std::string_view value) {
  const auto read = ReadEtcdValue(value);
  return read ? "read" : read.error().message;
}

TEST_CASE("an entry is written where and as the endpoints package of Go writes it") {
  REQUIRE(EtcdKeyOf("ringlab", "10.0.0.1:8001") == "ringlab/10.0.0.1:8001");
  REQUIRE(EtcdValueOf({"10.0.0.1:8001", "10.0.0.1:8001"}) ==
          R"({"Op":0,"Addr":"10.0.0.1:8001","Metadata":null})");
  REQUIRE(EtcdValueOf({"n1", "10.0.0.1:8001"}) ==
          R"({"Op":0,"Addr":"10.0.0.1:8001","Metadata":"name=n1"})");
}

TEST_CASE("the layouts of the reference systems are read") {
  const Peer by_address{"10.0.0.1:8001", "10.0.0.1:8001"};
  // springcache, peanutcache: the endpoints package.
  REQUIRE(ReadEtcdValue(R"({"Op":0,"Addr":"10.0.0.1:8001","Metadata":null})") == by_address);
  // gaocache, and springcache's own key: the address.
  REQUIRE(ReadEtcdValue("10.0.0.1:8001") == by_address);
  REQUIRE(ReadEtcdValue(" 10.0.0.1:8001\n") == by_address);
  // ggcache: weights and versions that mean nothing to us.
  REQUIRE(
      ReadEtcdValue(R"({"Op":0,"Addr":"10.0.0.1:8001","Metadata":"weight:10;version:v1.0.0"})") ==
      by_address);
  REQUIRE(ReadEtcdValue(R"({"Addr":"10.0.0.1:8001","Metadata":{"any":["thing"]}})") == by_address);
  REQUIRE(ReadEtcdValue(R"({"Addr":"10.0.0.1:8001","Metadata":"weight:10;name=n1"})") ==
          Peer{"n1", "10.0.0.1:8001"});
  REQUIRE(ReadEtcdValue("[::1]:8001") == Peer{"[::1]:8001", "[::1]:8001"});
  REQUIRE(ReadEtcdValue("localhost:8001") == Peer{"localhost:8001", "localhost:8001"});
}

TEST_CASE("what is no entry says what was expected") {
  REQUIRE(Why("") == "no value");
  REQUIRE(Why("  \n") == "no value");
  REQUIRE(Why("hello") == "\"hello\": expected an address, HOST:PORT");
  REQUIRE(Why("h:0") == "\"h:0\": expected an address, HOST:PORT");
  REQUIRE(Why("h:99999") == "\"h:99999\": expected an address, HOST:PORT");
  REQUIRE(Why("a b:1") == "\"a b:1\": expected an address, HOST:PORT");
  REQUIRE(Why("http://h:1") == "\"http://h:1\": expected an address, HOST:PORT");
  REQUIRE(Why(std::string_view("h\0:1", 4)) == "\"h\\x00:1\": expected an address, HOST:PORT");
  REQUIRE(Why("{}") == "an object without a string \"Addr\"");
  REQUIRE(Why(R"({"Addr":1})") == "an object without a string \"Addr\"");
  REQUIRE(Why(R"({"Addr":)") == "\"{\\\"Addr\\\":\": not sound as JSON");
  REQUIRE(Why(R"({"Addr":"h:1","Metadata":"name=a b"})").find("the name \"a b\": expected") == 0);
  REQUIRE(Why(std::string(5000, 'x')) == "5000 bytes: expected an entry of at most 4096");
  REQUIRE(Why(std::string(2000, '[')).find("expected an address") != std::string::npos);
  std::string deep;
  for (int i = 0; i < 500; ++i) deep += "{\"a\":";
  REQUIRE(Why(deep).find("not sound as JSON") != std::string::npos);
}

TEST_CASE("any member comes back as it was written") {
  REQUIRE(rc::check("round trip", [](const std::string& text) {
    std::string name = "n";
    for (const char c : text.substr(0, 200)) {
      if (c > ' ' && c < '\x7f' && c != ',' && c != '=' && c != ';') name += c;
    }
    const Peer peer{name, "10.1.2.3:80"};
    RC_ASSERT(ReadEtcdValue(EtcdValueOf(peer)) == peer);
  }));
}

TEST_CASE("whatever bytes are there a member that is read can be dialled and named in a line") {
  REQUIRE(rc::check("bytes", [](const std::string& bytes, bool object) {
    const auto read = ReadEtcdValue(object ? "{\"Addr\":\"" + bytes + "\"}" : bytes);
    if (!read) {
      for (const char c : read.error().message) RC_ASSERT(c >= ' ' && c != '\x7f');
      return;
    }
    RC_ASSERT(CanBeDialled(read->address));
    RC_ASSERT(read->name.find_first_of(" ,=\t\r\n") == std::string::npos);
  }));
}

EtcdEntry Entry(const std::string& key, const Peer& peer, std::int64_t revision) {
  return {key, EtcdValueOf(peer), revision, 0};
}

TEST_CASE("of two entries with one name or one address the younger counts") {
  EtcdRoster roster("s/");
  roster.Apply({false, Entry("s/h:2", {"n1", "h:2"}, 5)});
  roster.Apply({false, Entry("s/h:1", {"n1", "h:1"}, 4)});  // n1 before it came back
  roster.Apply({false, Entry("s/h:3/h:3", {"h:3", "h:3"}, 6)});
  roster.Apply({false, Entry("s/h:3", {"h:3", "h:3"}, 7)});  // peanutcache's per-node key beside
  roster.Apply({false, Entry("s/h:4", {"n4", "h:4"}, 8)});
  roster.Apply({false, Entry("other/h:5", {"n5", "h:5"}, 9)});
  REQUIRE(roster.Peers() == std::vector<Peer>{{"h:3", "h:3"}, {"n1", "h:2"}, {"n4", "h:4"}});
  roster.Apply({true, {"s/h:2", "", 10, 0}});
  REQUIRE(roster.Peers().at(1) == Peer{"n1", "h:1"});
}

TEST_CASE("two nodes with one name are known and two entries of one node are not taken for them") {
  EtcdRoster roster("s/");
  const auto put = [&](const std::string& key, const Peer& peer, std::int64_t revision) {
    roster.Apply({false, Entry("s/" + key, peer, revision)});
  };
  put("h:1", {"n1", "h:1"}, 4);
  put("h:1/again", {"n1", "h:1"}, 5);
  put("h:2", {"n2", "h:2"}, 6);
  REQUIRE(roster.Doubles().empty());
  put("h:3", {"n1", "h:3"}, 7);
  put("h:4", {"n1", "h:4"}, 3);
  REQUIRE(roster.Doubles() ==
          std::vector<EtcdDouble>{{{"n1", "h:1"}, {"n1", "h:3"}}, {{"n1", "h:4"}, {"n1", "h:3"}}});
  // Whom a listing lacks may be dead, and is only kept for a while.
  const TimePoint now{std::chrono::hours(1)};
  roster.Replace({8, {Entry("s/h:3", {"n1", "h:3"}, 7)}, false}, now,
                 now + std::chrono::seconds(9));
  REQUIRE(roster.Doubles().empty());
}

TEST_CASE("entries beyond the bound are left out") {
  EtcdRoster roster("s/");
  for (std::size_t i = 0; i < kEtcdMembersMax + 10; ++i) {
    const std::string address = "h" + std::to_string(i) + ":1";
    roster.Apply({false, Entry("s/" + address, {address, address}, 1)});
  }
  REQUIRE(roster.Peers().size() == kEtcdMembersMax);
  REQUIRE(roster.left_out() == 10);
}

TEST_CASE("however entries change the members are those that a listing would give") {
  REQUIRE(
      rc::check("events", [](const std::vector<std::pair<std::uint8_t, std::uint8_t>>& changes) {
        EtcdRoster watched("s/");
        std::map<std::string, EtcdEntry> store;
        std::int64_t revision = 1;
        for (const auto& [key_number, what] : changes) {
          const std::string key = "s/" + std::to_string(key_number % 8);
          ++revision;
          if (what % 3 == 0) {
            store.erase(key);
            watched.Apply({true, {key, "", revision, 0}});
            continue;
          }
          const std::string address = "h:" + std::to_string(1 + what % 7);
          const EtcdEntry entry{key, what % 3 == 1 ? address : "rubbish", revision, 0};
          store[key] = entry;
          watched.Apply({false, entry});
        }
        EtcdListing listing{revision, {}, false};
        for (const auto& [key, entry] : store) listing.entries.push_back(entry);
        EtcdRoster listed("s/");
        listed.Replace(listing, {}, {});
        RC_ASSERT(watched.Peers() == listed.Peers());
        RC_ASSERT(watched.Complaints() == listed.Complaints());
      }));
}

}  // namespace
}  // namespace ringlab
