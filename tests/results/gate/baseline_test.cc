#include "results/gate/baseline.h"

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

BenchMeasurements Some(std::uint64_t total) {
  BenchMeasurements some;
  some.exact[{"hash", "instructions"}] = {total, 100};
  some.exact[{"item", "bytes"}] = {40, 1};
  return some;
}

TEST_CASE("an entry names what moved and why") {
  const BenchMeasurements before = Some(2'000);
  BenchMeasurements after = Some(2'500);
  after.exact[{"new one", "figure"}] = {1, 1};
  after.exact.erase({"item", "bytes"});
  const std::string entry =
      ChangesEntry("micro", "2026-11-21", "It does more.", "0123456789abcdef", &before, after);
  for (const char* part : {"## micro, 2026-11-21", "It does more.", "Digest 0123456789abcdef.",
                           "- `hash` instructions: 20 -> 25", "- `new one` figure: new -> 1",
                           "- `item` bytes: 40 -> removed"}) {
    INFO(entry);
    CHECK(entry.find(part) != std::string::npos);
  }
  CHECK(ChangesEntry("micro", "d", "r", "x", &before, before).find("No metric moved") !=
        std::string::npos);
}

TEST_CASE("a baseline that changed without an entry is found out") {
  const std::string text = "{\"metrics\": []}";
  const std::string digest = BaselineDigest(text);
  CHECK(digest.size() == 16);
  std::string changes = "# Changes\n" + ChangesEntry("micro", "d", "r", digest, nullptr, Some(1));
  CHECK(CheckRecorded(changes, "micro", text));
  CHECK_FALSE(CheckRecorded(changes, "micro", text + " "));
  CHECK_FALSE(CheckRecorded(changes, "macro", text));
  CHECK_FALSE(CheckRecorded("", "micro", text));
  // The last entry counts, and another suite's is none of ours.
  changes += ChangesEntry("macro", "d", "r", "ffffffffffffffff", nullptr, Some(1));
  CHECK(CheckRecorded(changes, "micro", text));
  changes += ChangesEntry("micro", "d", "r", "ffffffffffffffff", nullptr, Some(1));
  CHECK_FALSE(CheckRecorded(changes, "micro", text));
}

TEST_CASE("the lines that came with a change") {
  CHECK(LinesAdded("a\nb\n", "a\nb\nc\n") == "c\n");
  CHECK(LinesAdded("", "a\n") == "a\n");
  CHECK(LinesAdded("a\n", "a\na\n") == "a\n");  // the same words, said again
  CHECK(LinesAdded("a\nb\n", "b\na\n").empty());
}

TEST_CASE("a name that no metric has is refused with those that are like it") {
  const std::set<std::string> known{"cache_hit", "cache_miss", "hash", "ring", "set", "zipf"};
  CHECK(CheckKnown("hash", known));
  const auto refused = CheckKnown("cache_hits", known);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::kInvalidArgument);
  CHECK(refused.error().message ==
        "\"cache_hits\" is no metric; expected cache_hit, cache_miss, hash, ring, set or another "
        "of 6");
  CHECK_FALSE(CheckKnown("", known));
}

}  // namespace
}  // namespace ringlab
