#include "loadgen/shard/merge.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "node/live/flags.h"
#include "node/live/outputs.h"
#include "results/commands/commands.h"
#include "results/format/printable.h"
#include "results/format/result_text.h"
#include "results/format/sound_result.h"
#include "results/text/json_text.h"

namespace ringlab {

namespace {

struct MergeFlags {
  std::vector<std::string> files;
  std::string output = "-";
  bool quiet = false;
};

// `why` may repeat what a file of others says.
int Refuse(const std::string& why) {
  std::cerr << "results: merge: " << Printable(why) << '\n';
  return kExitUsage;
}

// What loadgen would have said of such a run.
int ExitCodeOf(const RunResult& run) {
  if (run.was_cut_short()) return kExitInconclusive;
  switch (run.verdict) {
    case Verdict::kValid: return kExitOk;
    case Verdict::kFailed: return kExitFailed;
    case Verdict::kInvalid: return kExitInvalid;
  }
  return kExitInvalid;
}

int MergeFiles(const MergeFlags& flags) {
  Outputs outputs({{"--output", flags.output}});
  NamedFiles inputs;
  for (const std::string& file : flags.files) inputs.emplace_back("FILE", file);
  if (const std::string wrong = outputs.Open(inputs); !wrong.empty()) return Refuse(wrong);
  std::vector<nlohmann::ordered_json> results;
  for (const std::string& file : flags.files) {
    auto result = ReadSoundResult(file);
    if (!result) return Refuse(result.error().message);
    results.push_back(*std::move(result));
  }
  std::vector<NamedResult> named;
  for (std::size_t i = 0; i < results.size(); ++i) named.push_back({flags.files[i], &results[i]});
  const auto merged = MergeShards(named);
  if (!merged) return Refuse(merged.error().message);
  if (!flags.quiet) outputs.Say(TextOfAny(merged->json));
  outputs.Write("--output", JsonText(merged->json));
  for (const std::string& failure : outputs.failures()) return Refuse(failure);
  return ExitCodeOf(merged->run);
}

}  // namespace

void AddMerge(CLI::App& results, int& exit) {
  CLI::App* const merge =
      results.add_subcommand("merge",
                             "Make one result of the results of all shards of a plan (loadgen\n"
                             "--shard): counts are added up, and percentiles, thresholds and the\n"
                             "verdict follow from the sums. Exit codes are loadgen's");
  const auto flags = std::make_shared<MergeFlags>();
  merge->add_option("FILE", flags->files, "The shards' results, in any order; - for stdin")
      ->required();
  merge->add_option("-o,--output", flags->output, "Write the result there; - for stdout")
      ->type_name("FILE")
      ->required();
  merge->add_flag("--quiet", flags->quiet, "No report: the exit code and the file");
  merge->callback([flags, &exit] { exit = MergeFiles(*flags); });
}

}  // namespace ringlab
