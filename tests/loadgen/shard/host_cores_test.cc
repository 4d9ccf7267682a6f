#include "loadgen/shard/host_cores.h"

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

TEST_CASE("generators that share a host's cores have them once") {
  HostCores cores;
  cores.Add("c1", 4, "0-3");
  cores.Add("c1", 4, "0-3");
  REQUIRE(cores.Sum() == 4);
  cores.Add("c2", 2, "0-1");
  REQUIRE(cores.Sum() == 6);
}

TEST_CASE("generators that were given cores of their own have them all") {
  HostCores cores;
  cores.Add("c1", 1, "0");
  cores.Add("c1", 3, "1,4-5");
  REQUIRE(cores.Sum() == 4);
  cores.Add("c1", 2, "5-6");  // one of them is another's too
  REQUIRE(cores.Sum() == 5);
}

TEST_CASE("where nobody tells which cores they are, those of a host are shared") {
  HostCores cores;
  cores.Add("c1", 2, "");
  cores.Add("c1", 8, "");
  cores.Add("c1", 1, "0");
  REQUIRE(cores.Sum() == 8);
  cores.Add("", 2, "0-1");  // and of hosts without a name nobody knows which they are
  cores.Add("", 2, "0-1");
  REQUIRE(cores.Sum() == 12);
}

TEST_CASE("a list of cores that is none, or of another number, says nothing") {
  for (const char* cpus : {"0-", "-1", "a", "3-1", "0,,1", "0-18446744073709551615", "0-9", "0"}) {
    CAPTURE(cpus);
    HostCores cores;
    cores.Add("c1", 2, cpus);
    cores.Add("c1", 2, "6-7");
    REQUIRE(cores.Sum() == 2);
  }
}

}  // namespace
}  // namespace ringlab
