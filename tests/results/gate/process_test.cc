#include "results/gate/process.h"

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

Command Shell(const std::string& script) { return {.argv = {"sh", "-c", script}}; }

TEST_CASE("a program's output and exit code come back") {
  const Finished done = RunToEnd(Shell("echo out; echo err >&2; exit 3"), nullptr).value();
  CHECK(done.exit_code == 3);
  CHECK(done.output == "out\n");
  CHECK(done.errors == "err\n");
  CHECK(RunToEnd(Shell("kill -9 $$"), nullptr).value().exit_code == 128 + 9);
}

TEST_CASE("a program runs where and with what it is told") {
  Command command = Shell("pwd; echo $ONE; env | grep -c HOME");
  command.directory = "/";
  command.environment = {"PATH=/usr/bin:/bin", "ONE=two"};
  CHECK(RunToEnd(command, nullptr).value().output == "/\ntwo\n0\n");
}

TEST_CASE("a program that is not there or fails is told of") {
  const auto missing = RunToEnd({.argv = {"no-such-program-at-all"}}, nullptr);
  REQUIRE(!missing);
  CHECK(missing.error().message.find("no-such-program-at-all") != std::string::npos);
  const auto failed = OutputOf(Shell("echo the reason >&2; exit 1"), nullptr);
  REQUIRE(!failed);
  CHECK(failed.error().message.find("the reason") != std::string::npos);
  CHECK(OutputOf(Shell("echo fine"), nullptr).value() == "fine\n");
}

TEST_CASE("a request to stop ends a program and what it started") {
  int asked = 0;
  const StopAsked stop = [&asked] { return ++asked > 2; };
  const auto ended = RunToEnd(Shell("sleep 1000 & sleep 1000; wait"), stop);
  REQUIRE(!ended);
  CHECK(ended.error().code == Code::kCancelled);
  CHECK(!RunToEnd(Shell("true"), [] { return true; }));
}

TEST_CASE("the last lines of a text") {
  CHECK(LastLines("") == "");
  CHECK(LastLines("\n\n") == "");
  CHECK(LastLines("a\nb\nc\n", 2) == "b\nc");
  CHECK(LastLines("a\nb", 5) == "a\nb");
}

}  // namespace
}  // namespace ringlab
