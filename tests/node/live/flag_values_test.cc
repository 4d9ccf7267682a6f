// What people type for peers and groups.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "node/live/peers.h"
#include "node/node.h"

namespace ringlab {
namespace {

template <class T>
void RequireRefused(const Result<T>& parsed, const std::string& named,
                    const std::string& accepted) {
  REQUIRE_FALSE(parsed);
  REQUIRE(parsed.error().code == Code::kInvalidArgument);
  CAPTURE(parsed.error().message);
  REQUIRE(parsed.error().message.find(named) != std::string::npos);
  REQUIRE(parsed.error().message.find(accepted) != std::string::npos);
}

TEST_CASE("peers are read with names or as addresses that are their own names") {
  const auto peers = ParsePeers("n0=127.0.0.1:8001,[::1]:8002,n2=cache.example.org:65535");
  REQUIRE(peers);
  REQUIRE(*peers == std::vector<Peer>{{"n0", "127.0.0.1:8001"},
                                      {"[::1]:8002", "[::1]:8002"},
                                      {"n2", "cache.example.org:65535"}});
  REQUIRE(ParsePeers("")->empty());
}

TEST_CASE("peers that cannot be meant are refused with the part that is wrong") {
  for (const std::string part : {"",
                                 "host",
                                 "host:",
                                 ":80",
                                 "n0=",
                                 "n0=host",
                                 "=host:80",
                                 "a=b=c:x",
                                 "host:http",
                                 "host:-1",
                                 "host:0",
                                 "host:65536",
                                 "host:1 ",
                                 "https://127.0.0.1:9",
                                 "b=https://127.0.0.1:9",
                                 "no such host:99",
                                 "b=no such host:99",
                                 "a/b:1",
                                 "u@h:1",
                                 "[::1:1",
                                 "[]:1"}) {
    CAPTURE(part);
    RequireRefused(ParsePeers("ok=127.0.0.1:1," + part), "\"" + part + "\"", "expected HOST:PORT");
  }
  RequireRefused(ParsePeers("a=h:1,b=h:2,a=h:3"), "\"a\"", "once");
  RequireRefused(ParsePeers("h:1,h:1"), "\"h:1\"", "once");
}

TEST_CASE("groups are read with their budgets") {
  const auto groups = ParseGroups("scores:64MiB,a:b:256,default:1kB");
  REQUIRE(groups);
  REQUIRE(*groups == std::vector<GroupSpec>{
                         {"scores", std::size_t{64} << 20}, {"a:b", 256}, {"default", 1000}});
}

TEST_CASE("groups that cannot be meant are refused with the part that is wrong") {
  for (const std::string part : {"", "scores", ":64MiB", "scores:", "scores:-1", "scores:lots",
                                 "scores:nan", "scores:255", "scores:0"}) {
    CAPTURE(part);
    RequireRefused(ParseGroups("ok:1MiB," + part), "\"" + part + "\"", "expected");
  }
  RequireRefused(ParseGroups("a:1MiB,a:2MiB"), "\"a\"", "once");
  RequireRefused(ParseGroups(""), "\"\"", "NAME:BYTES");
}

}  // namespace
}  // namespace ringlab
