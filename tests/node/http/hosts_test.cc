#include "node/http/hosts.h"

#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>

namespace ringlab {
namespace {

TEST_CASE("a node is called by addresses, by its names, and by no other") {
  const HttpHosts hosts(
      {"cache-1.example", "http://10.0.0.1:9001", "n0", "[::1]:80", "Db.local:9"});
  for (const char* const known :
       {"", "localhost", "LOCALHOST:9001", "127.0.0.1", "127.0.0.1:9001", "192.0.2.7:1",
        "[::1]:9001", "[2001:db8::1]", "cache-1.example", "CACHE-1.example:80",
        "cache-1.example.:80", "n0:1", "db.local"}) {
    INFO(known);
    CHECK(hosts.Knows(known));
  }
  for (const char* const foreign : {"evil.example", "evil.example:9001", "127.0.0.1.evil.example",
                                    "cache-1.example.evil.example", "localhost.evil.example",
                                    "n0.evil", "1", "[evil]", "n", ".", ":"}) {
    INFO(foreign);
    CHECK_FALSE(hosts.Knows(foreign));
  }
}

TEST_CASE("a machine's own name is known") {
  std::array<char, 256> name{};
  REQUIRE(gethostname(name.data(), name.size() - 1) == 0);
  REQUIRE(HttpHosts({}).Knows(std::string(name.data()) + ":9001"));
}

}  // namespace
}  // namespace ringlab
