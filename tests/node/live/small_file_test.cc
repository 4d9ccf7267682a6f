#include "node/live/small_file.h"

#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

namespace ringlab {
namespace {

TEST_CASE("a file is read whole, and what cannot be read says why") {
  const std::string path =
      std::filesystem::temp_directory_path() / ("ringlab-small-" + std::to_string(getpid()));
  const std::string content(10'000, 'x');
  std::ofstream(path) << content;
  REQUIRE(ReadSmallFile(path, 10'000) == content);
  REQUIRE(ReadSmallFile(path, 9'999).error().code == Code::kInvalidArgument);
  const auto missing = ReadSmallFile(path + ".none", 100);
  REQUIRE(missing.error() ==
          Error{Code::kInvalidArgument, "\"" + path + ".none\": No such file or directory"});
  REQUIRE(ReadSmallFile("/", 100).error().code == Code::kInvalidArgument);

  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit none = before;
  none.rlim_cur = 0;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  const auto scarce = ReadSmallFile(path, 10'000);
  setrlimit(RLIMIT_NOFILE, &before);
  REQUIRE(scarce.error() ==
          Error{Code::kResourceExhausted, "\"" + path + "\": Too many open files"});
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace ringlab
