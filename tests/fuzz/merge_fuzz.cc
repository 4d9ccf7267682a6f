// The results of two shards, a line each: refused by name, or merged to a result that keeps to its
// schema and has the requests of both.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/check.h"
#include "loadgen/shard/merge.h"
#include "results/format/result_file.h"
#include "results/format/schema.h"
#include "tests/fuzz/target.h"

namespace ringlab {
namespace {

std::uint64_t SentOf(const nlohmann::ordered_json& result) {
  return result["totals"]["sent"].get<std::uint64_t>();
}

int TryTwo(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = AsText(data, size);
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return 0;
  std::vector<nlohmann::ordered_json> shards;
  for (const std::string_view line : {text.substr(0, end), text.substr(end + 1)}) {
    auto shard = ParseResult(line, "input");
    if (!shard || !ComplaintsAbout(*shard).empty()) return 0;
    shards.push_back(*std::move(shard));
  }
  const auto merged = MergeShards({{"one", &shards[0]}, {"two", &shards[1]}});
  if (!merged) {
    RL_CHECK(!merged.error().message.empty());
    return 0;
  }
  RL_CHECK(ComplaintsAbout(merged->json).empty());
  RL_CHECK(SentOf(merged->json) == SentOf(shards[0]) + SentOf(shards[1]));
  return 0;
}

}  // namespace
}  // namespace ringlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ringlab::TryTwo(data, size);
}
