// The report for people.
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/report/report.h"
#include "tests/loadgen/report/monstrous_run.h"
#include "tests/loadgen/report/sample_run.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  REQUIRE(lines.back().empty());  // it ends with a line's end
  lines.pop_back();
  return lines;
}

// One screen, and nothing that a terminal would obey.
void RequireScreen(const std::string& text, std::size_t lines_max = 44) {
  const std::vector<std::string> lines = LinesOf(text);
  INFO(text);
  REQUIRE(lines.size() <= lines_max);
  for (const std::string& line : lines) {
    INFO(line);
    std::size_t columns = 0;
    for (const char c : line) {
      const auto byte = static_cast<unsigned char>(c);
      REQUIRE((byte >= 0x20 && byte != 0x7f));
      REQUIRE(byte < 0xf8);
      columns += (byte & 0xc0) != 0x80 ? 1 : 0;
    }
    REQUIRE(columns <= 100);
    REQUIRE((line.empty() || line.back() != ' '));
  }
}

TEST_CASE("the text report is one screen that says what a reader needs") {
  const std::string text = TextOf(JudgedSample({"p99<5ms", "errors<1%"}));
  RequireScreen(text);
  REQUIRE(text.rfind("verdict     VALID", 0) == 0);
  for (const char* words :
       {"holds: p99<5ms (",
        "errors<1% (0.0006)",
        "3 child processes on loopback",
        "ring xx64",
        "160 points",
        "poisson arrivals",
        "Zipf 0.99 over 100,000 keys",
        "seed 1",
        "plan hash 00c0ffee00c0ffee",
        "10,000 requests/s sent of 10,000 asked (100.00 %)",
        "for 10.0 s after 5.0 s of warm-up",
        "100,000 scheduled = 99,990 sent + 10 skipped",
        "99,990 sent = 97,900 ok + 2,000 not found + 60 errors + 30 timeouts; 0 wrong values",
        "response ",
        "service ",
        "send lag ",
        "p99.99",
        "20.0 us",
        "33.33 %",
        "40.00 %",
        "42.9 MiB",
        "peak 1.200 x mean, least 0.800 x mean",
        "90.01 % hits",
        "9,490 source loads",
        "0.0031"}) {
    REQUIRE_THAT(text, Contains(words));
  }
}

TEST_CASE("the text report of a mix tells operations and levels and staleness") {
  RunResult run = MixedSample();
  run.config.workload.batch = 64;
  Judge({}, run);
  const std::string text = TextOf(run);
  RequireScreen(text);
  for (const char* words :
       {"mix         90 % get of 64 keys each, 9 % set, 1 % remove; sets live 30.0 s",
        "89,990 keys asked for = 87,900 ok + 2,000 not found + 90 failed",
        "\nget             89,900   89.99 %    600 us",
        "\nset              9,000    9.01 %    300 us",
        "\nremove           1,000    1.00 %    310 us", "\nby cache        20,000   22.75 %",
        "\nby peer ", "\nby source ", "80,000 reads: 4 stale (1 missed", "7.00 ms old),",
        " 400 back", "2 cannot be told"}) {
    REQUIRE_THAT(text, Contains(words));
  }
  const std::string gets = TextOf(JudgedSample());
  REQUIRE_THAT(gets, Contains("\nby peer ") && !Contains("\nget ") && !Contains("\nmix ") &&
                         !Contains("stale"));
}

TEST_CASE("the columns of the text report's tables stand under their headings") {
  const std::vector<std::string> lines = LinesOf(TextOf(JudgedSample()));
  for (const std::string table : {"latency ", "service          count", "node "}) {
    std::size_t head = 0;
    while (lines.at(head).rfind(table, 0) != 0) ++head;
    for (std::size_t i = head + 1; i <= head + 3; ++i) {
      INFO(lines[head] << "\n" << lines[i]);
      REQUIRE(lines[i].size() == lines[head].size());
      for (std::size_t end = lines[head].size(); end > 12; end -= 10) {
        REQUIRE(lines[head][end - 1] != ' ');
        REQUIRE(lines[i][end - 1] != ' ');
        REQUIRE(lines[i][end - 10] == ' ');
      }
    }
  }
}

TEST_CASE("the text report gives its verdict and reasons first") {
  RunResult run = SampleRun();
  run.client_cpu_cores = 2;
  run.interrupted = true;
  Judge({*ParseThreshold("p99<1us")}, run);
  const std::string text = TextOf(run);
  RequireScreen(text);
  REQUIRE(text.rfind("verdict     INVALID", 0) == 0);
  REQUIRE_THAT(text, Contains("interrupted") && Contains("- loadgen used 2.00 of 2 cores") &&
                         Contains("- p99<1us does not hold"));
}

TEST_CASE("the text report stays one screen whatever it is told") {
  for (const std::size_t nodes : {0, 1, 8, 9, 10, 1000}) {
    CAPTURE(nodes);
    RequireScreen(TextOf(Monstrous(nodes)), 64);
  }
  RunResult empty;
  RequireScreen(TextOf(empty));
}

TEST_CASE("of many nodes the text report shows the busiest and the least busy") {
  RunResult run = SampleRun();
  const NodeResult pattern = run.nodes[0];
  run.nodes.clear();
  for (std::uint64_t i = 0; i < 20; ++i) {
    run.nodes.push_back(pattern);
    run.nodes.back().name = "n" + std::to_string(i);
    run.nodes.back().owned.requests = 1000 + (i * 7) % 20;  // n17 has the most, n0 the least
  }
  const std::string text = TextOf(run);
  RequireScreen(text);
  REQUIRE_THAT(text, Contains("\nn17 ") && Contains("\nn0 ") && Contains("18 more"));
  REQUIRE_THAT(text, !Contains("\nn10 "));
}

}  // namespace
}  // namespace ringlab
