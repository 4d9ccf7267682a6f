#include "node/live/child_process.h"

#include <signal.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "node/live/timer_thread.h"

namespace ringlab {
namespace {

constexpr Duration kPatience = std::chrono::seconds(30);

std::unique_ptr<ChildProcess> StartShell(const std::string& script) {
  auto child = ChildProcess::Start("/bin/sh", {"-c", script});
  REQUIRE(child);
  return *std::move(child);
}

// Zombies count as running.
bool Runs(pid_t pid) { return kill(pid, 0) == 0; }

std::size_t OpenFiles() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

TEST_CASE("a child is talked to line by line") {
  auto child = ChildProcess::Start("/bin/cat", {});
  REQUIRE(child);
  REQUIRE((*child)->WriteLine("one"));
  REQUIRE((*child)->WriteLine(""));
  REQUIRE((*child)->WriteLine("three words here"));
  for (const char* line : {"one", "", "three words here"}) {
    const auto read = (*child)->ReadLine(kPatience);
    REQUIRE(read);
    REQUIRE(*read == line);
  }
  const std::string longer(100'000, 'x');  // several reads; more than a pipe holds at once
  const auto shell = StartShell("head -c 100000 /dev/zero | tr '\\0' x; echo; echo end");
  REQUIRE(shell->ReadLine(kPatience) == longer);
  REQUIRE(shell->ReadLine(kPatience) == std::string("end"));
}

TEST_CASE("the end of stdin ends a child that heeds it") {
  const auto child = StartShell("while read line; do :; done; exit 0");
  const pid_t pid = child->pid();
  REQUIRE_FALSE(child->HasEnded());
  child->End(kPatience);
  REQUIRE(child->HasEnded());
  REQUIRE_FALSE(Runs(pid));
  REQUIRE(child->HowItEnded() == "process " + std::to_string(pid) + " ended with exit code 0");
  child->End(kPatience);  // idempotent
}

TEST_CASE("a child that does not heed the end of stdin is killed after the grace") {
  const auto child = StartShell("trap '' TERM; echo ready; exec sleep 1000");
  REQUIRE(child->ReadLine(kPatience) == std::string("ready"));
  const pid_t pid = child->pid();
  child->End(std::chrono::milliseconds(20));
  REQUIRE_FALSE(Runs(pid));
  REQUIRE(child->HowItEnded().find("signal 9") != std::string::npos);
}

TEST_CASE("a stopped child is ended too") {
  const auto child = StartShell("echo ready; exec sleep 1000");
  REQUIRE(child->ReadLine(kPatience) == std::string("ready"));
  kill(child->pid(), SIGSTOP);
  child->End(std::chrono::milliseconds(20));
  REQUIRE_FALSE(Runs(child->pid()));
}

TEST_CASE("the destructor ends the child") {
  pid_t pid = 0;
  {
    const auto child = StartShell("exec cat");
    pid = child->pid();
    REQUIRE(Runs(pid));
  }
  REQUIRE_FALSE(Runs(pid));
}

TEST_CASE("a program that does not exist cannot be started, and is named") {
  const auto child = ChildProcess::Start("/nonexistent/program", {});
  REQUIRE_FALSE(child);
  REQUIRE(child.error().code == Code::kUnavailable);
  REQUIRE(child.error().message.find("/nonexistent/program") != std::string::npos);
  REQUIRE(child.error().message.find("No such file") != std::string::npos);
}

TEST_CASE("a child that dies is told by its lines and by its end") {
  const auto child = StartShell("echo last words; exit 7");
  const std::string who = "process " + std::to_string(child->pid());
  REQUIRE(child->ReadLine(kPatience) == std::string("last words"));
  const auto next = child->ReadLine(kPatience);
  REQUIRE_FALSE(next);
  REQUIRE(next.error() == Error{Code::kUnavailable, who + " ended with exit code 7"});
  REQUIRE(child->HasEnded());
  REQUIRE_FALSE(child->WriteLine("anybody there?"));  // and no SIGPIPE
}

TEST_CASE("a child that says nothing costs the patience") {
  const auto child = StartShell("exec cat");
  const auto line = child->ReadLine(std::chrono::milliseconds(20));
  REQUIRE_FALSE(line);
  REQUIRE(line.error().code == Code::kDeadlineExceeded);
  REQUIRE(child->WriteLine("still there"));
  REQUIRE(child->ReadLine(kNever - TimePoint{}) == std::string("still there"));
}

TEST_CASE("the end of one child's stdin is not held open by another") {
  const auto first = StartShell("exec cat");
  const auto second = StartShell("exec cat");
  first->End(kPatience);
  REQUIRE(first->HowItEnded().find("exit code 0") != std::string::npos);
  REQUIRE_FALSE(second->HasEnded());
}

TEST_CASE("no file stays open behind a child, started or not") {
  ChildProcess::Start("/bin/true", {});
  const std::size_t before = OpenFiles();
  for (int i = 0; i < 10; ++i) {
    StartShell("exit 0")->End(kPatience);
    REQUIRE_FALSE(ChildProcess::Start("/nonexistent/program", {}));
  }
  REQUIRE(OpenFiles() == before);
}

}  // namespace
}  // namespace ringlab
