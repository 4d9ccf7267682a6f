// What a run that goes on shows: rows that are whole, counts that never fall, a page that costs
// little.
#include "loadgen/live/follower.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/read_stream.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Rows of a file that goes with the test.
class RowsFile {
 public:
  RowsFile() {
    std::string name = (std::filesystem::temp_directory_path() / "live-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~RowsFile() { std::filesystem::remove_all(folder_); }
  RowsFile(const RowsFile&) = delete;
  RowsFile& operator=(const RowsFile&) = delete;

  std::string name() const { return folder_ / "rows.csv"; }
  std::size_t rows() const {
    std::ifstream file(name());
    const std::string text = ReadStream(file).value_or("");
    return static_cast<std::size_t>(std::ranges::count(text, '\n')) - 1;
  }

 private:
  std::filesystem::path folder_;
};

std::uint16_t PortIn(const std::string& address) {
  const std::size_t colon = address.find(':', address.find("//"));
  return static_cast<std::uint16_t>(std::atoi(address.c_str() + colon + 1));
}

std::string GetPath(std::uint16_t port, const std::string& path) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0);
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  REQUIRE(write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size()));
  std::string text;
  std::array<char, 4096> chunk{};
  for (ssize_t size = 0; (size = read(fd, chunk.data(), chunk.size())) > 0;) {
    text.append(chunk.data(), static_cast<std::size_t>(size));
  }
  close(fd);
  return text;
}

double SampleOf(const std::string& text, const std::string& name) {
  const std::size_t at = text.find("\nringlab_loadgen_" + name + " ");
  REQUIRE(at != std::string::npos);
  return std::stod(text.substr(text.find(' ', at)));
}

// Three seconds of a run, in each of which two requests were sent and answered.
struct ThreeSeconds {
  TimeSeries series{seconds(10), seconds(1)};
  RunSoFar at(Duration elapsed, Duration reached) const {
    return {.state = RunState::kMeasuring,
            .elapsed = elapsed,
            .duration = seconds(10),
            .reached = reached,
            .totals = {.scheduled = 6, .sent = 6, .ok = 6},
            .latencies = &series,
            .counts = [](std::size_t interval) {
              return interval < 3 ? TimeSeries::Counts{.scheduled = 2, .sent = 2, .ok = 2}
                                  : TimeSeries::Counts{};
            }};
  }
};

TEST_CASE("a row is written once no sender can add to its second any more") {
  const RowsFile file;
  const auto follower = LiveFollower::Start({.csv = file.name()});
  REQUIRE(follower);
  const ThreeSeconds run;
  (*follower)->Begin({});
  // Everything that was sent has ended, but the sender is late by seconds.
  for (int i = 0; i < 5; ++i) (*follower)->Look(run.at(seconds(5), milliseconds(900)));
  CHECK(file.rows() == 0);
  for (int i = 0; i < 2; ++i) (*follower)->Look(run.at(seconds(6), milliseconds(2900)));
  CHECK(file.rows() == 2);
  for (int i = 0; i < 2; ++i) (*follower)->Look(run.at(seconds(6), seconds(6)));
  CHECK(file.rows() == 6);
  Measurements measured(1);
  measured.series = run.series;
  (*follower)->Finish(measured);
  CHECK(file.rows() == 10);
}

// A run in which each of the answers took so long.
Measurements RunOf(std::uint64_t answers, std::int64_t ns) {
  Measurements measured(1);
  measured.totals = {.scheduled = answers, .sent = answers, .ok = answers};
  measured.latencies.response.RecordMany(ns, answers);
  measured.latencies.service.RecordMany(ns, answers);
  return measured;
}

TEST_CASE("no count falls, at the end of a run or when the next one begins") {
  const auto follower = LiveFollower::Start({.metrics = "127.0.0.1:0"});
  REQUIRE(follower);
  const std::uint16_t port = PortIn((*follower)->addresses().front().text);
  CHECK((*follower)->addresses().front().is_news);
  constexpr std::int64_t kNs = 1'234'567;
  const auto bucket = static_cast<std::uint16_t>(Histogram::IndexOf(kNs));
  const std::vector<TimeSeries::Answer> answers(6, {.response = bucket, .service = bucket});
  double sent = 0;
  double sum = 0;
  const auto look = [&] {
    const std::string text = GetPath(port, "/metrics");
    CHECK(SampleOf(text, "sent_total") >= sent);
    CHECK(SampleOf(text, "response_seconds_sum") >= sum);
    sent = SampleOf(text, "sent_total");
    sum = SampleOf(text, "response_seconds_sum");
    return text;
  };
  const ThreeSeconds run;
  for (int number = 1; number <= 3; ++number) {
    (*follower)->Begin({});
    (*follower)->Count(answers);
    (*follower)->Look(run.at(seconds(3), seconds(3)));
    const std::string text = look();
    CHECK(SampleOf(text, "run") == number);
    CHECK(SampleOf(text, "over") == 0);
    (*follower)->Finish(RunOf(7, kNs));
    look();
    CHECK(sent == 7 * number);
    CHECK(sum == Approx(7 * number * 1e-9 * kNs).epsilon(1e-9));
  }
  (*follower)->End({{"tool", "loadgen"}});
  CHECK(SampleOf(look(), "over") == 1);
}

TEST_CASE("two addresses of one port are refused by both of their names") {
  std::uint16_t port = 0;
  {
    const auto free = LiveFollower::Start({.metrics = "127.0.0.1:0"});
    REQUIRE(free);
    port = PortIn((*free)->addresses().front().text);
  }
  const std::string of_port = ":" + std::to_string(port);
  const auto refused =
      LiveFollower::Start({.page = "127.0.0.1" + of_port, .metrics = "0.0.0.0" + of_port});
  REQUIRE(!refused);
  CHECK_THAT(refused.error().message,
             Catch::StartsWith("--metrics: \"0.0.0.0" + of_port + "\" and --live: \"127.0.0.1" +
                               of_port + "\": the port is the same; expected"));
  const auto both =
      LiveFollower::Start({.page = "127.0.0.1" + of_port, .metrics = "127.0.0.1" + of_port});
  REQUIRE(both);
  CHECK((*both)->addresses().size() == 2);
  CHECK_FALSE((*both)->addresses().front().is_news);
}

TEST_CASE("a drawing is a small part of a core, and of loadgen's time, unless that makes it rare") {
  CHECK(PauseAfterDrawing(milliseconds(1), 1) == seconds(1));
  CHECK(PauseAfterDrawing(milliseconds(30), 2) == seconds(9));
  CHECK(PauseAfterDrawing(milliseconds(4), 0.25) == milliseconds(4800));
  CHECK(PauseAfterDrawing(milliseconds(5), 0.01) == seconds(5));
  CHECK(PauseAfterDrawing(milliseconds(200), 0.01) == seconds(60));
  CHECK(PauseAfterDrawing(milliseconds(5), 0) == seconds(5));
}

}  // namespace
}  // namespace ringlab
