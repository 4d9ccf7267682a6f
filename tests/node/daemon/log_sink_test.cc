#include "node/daemon/log_sink.h"

#include <fcntl.h>
#include <spdlog/logger.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <memory>
#include <string>

namespace ringlab {
namespace {

// All that is in the pipe now.
std::string Taken(int file) {
  std::string all;
  char piece[4096];
  fcntl(file, F_SETFL, O_NONBLOCK);
  for (ssize_t got = 0; (got = read(file, piece, sizeof piece)) > 0;) {
    all.append(piece, static_cast<std::size_t>(got));
  }
  return all;
}

TEST_CASE("a log that nobody reads holds nobody up, and says what is missing") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  spdlog::logger log("node", std::make_shared<LogSink>(ends[1]));
  log.set_pattern("%v");
  for (int i = 0; i < 10'000; ++i) log.info("line {} of many {}", i, std::string(100, 'x'));
  const std::string first = Taken(ends[0]);
  CHECK(first.starts_with("line 0 of many"));
  CHECK(first.find("missing") == std::string::npos);
  log.info("somebody reads again");
  const std::string then = Taken(ends[0]);
  CHECK(then.find(" lines of the log are missing here") != std::string::npos);
  CHECK(then.ends_with("somebody reads again\n"));
  log.info("{}", std::string(20'000, 'y'));  // longer than a pipe takes at once
  CHECK(Taken(ends[0]) == std::string(20'000, 'y') + "\n");
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("a log whose file cannot be written ends nothing") {
  const int full = open("/dev/full", O_WRONLY);
  REQUIRE(full >= 0);
  spdlog::logger log("node", std::make_shared<LogSink>(full));
  log.info("a line");
  log.info("another");
  close(full);
  log.info("a third, to a file that is closed");
}

}  // namespace
}  // namespace ringlab
