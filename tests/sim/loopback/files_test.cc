#include "sim/loopback/files.h"

#include <sys/resource.h>

#include <catch2/catch.hpp>

#include "sim/loopback/loopback.h"

namespace ringlab {
namespace {

TEST_CASE("the soft limit is raised as far as it must") {
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  if (limit.rlim_max < 1000) return;  // this machine does not let us
  limit.rlim_cur = 100;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  REQUIRE(ReserveFiles(200));
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  REQUIRE(limit.rlim_cur >= 600);
  REQUIRE(limit.rlim_cur <= 1000);
}

TEST_CASE("open files are counted") {
  const std::uint64_t before = OpenFiles();
  const auto more = LoopbackCluster::Start({.nodes = {{"a"}, {"b"}}});
  REQUIRE(more);
  REQUIRE(OpenFiles() >= before + 2);
}

// Last: a hard limit once lowered stays.
TEST_CASE("too many nodes for the file limit are refused with how many fit") {
  const rlimit limit{200, 200};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  const auto refused = ReserveFiles(1000);
  REQUIRE_FALSE(refused);
  REQUIRE(refused.error().code == Code::kResourceExhausted);
  const std::string& why = refused.error().message;
  CAPTURE(why);
  REQUIRE(why.find("1000 nodes need about 3") != std::string::npos);
  REQUIRE(why.find("may open 200, enough for 4") != std::string::npos);  // 40 and a few
  REQUIRE(why.find("ulimit -Hn 3") != std::string::npos);

  LoopbackOptions options;
  for (int i = 0; i < 100; ++i) options.nodes.push_back({"node-" + std::to_string(i)});
  const auto cluster = LoopbackCluster::Start(options);
  REQUIRE_FALSE(cluster);
  REQUIRE(cluster.error().code == Code::kResourceExhausted);
  REQUIRE(ReserveFiles(40));  // what it said would fit
}

}  // namespace
}  // namespace ringlab
