#include "results/gate/ab.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "core/base/parse.h"
#include "node/live/environment.h"
#include "node/live/flags.h"
#include "node/live/interrupt.h"
#include "node/live/terminal.h"
#include "results/commands/commands.h"
#include "results/commands/gate_output.h"
#include "results/gate/baseline.h"
#include "results/gate/bench_run.h"
#include "results/gate/build_tree.h"

namespace ringlab {

namespace {

struct AbFlags {
  std::string base, head_args, kind = "both";
  AbOptions ab;
  GateOutput output;
};

std::vector<std::string> Words(const std::string& text) {
  std::vector<std::string> words;
  for (const std::string_view word : SplitAt(text, ' ')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

std::string ChangesOf(const BuildTree& tree) {
  return ReadWholeFile(tree.source + "/results/baselines/CHANGES.md").value_or("");
}

std::string Reproduce(const AbFlags& flags, const Comparison& comparison) {
  std::string text = "scripts/run results ab --base " + flags.ab.base.name;
  for (const Row& row : comparison.rows) {
    if (row.verdict == GateVerdict::kFail) {
      text += " --only " + row.name;
      break;
    }
  }
  return text + (flags.head_args.empty() ? "" : " '--head-args=" + flags.head_args + "'");
}

Result<Comparison> Run(AbFlags& flags, const Interrupt& interrupt) {
  StatusLine status(true);
  const StopAsked stop = [&] { return interrupt.Requested(); };
  const Say say = [&](const std::string& text) { status.Show("ab: " + text); };
  const auto own = OwnBuildTree();
  if (!own) return tl::unexpected(own.error());
  say("checking out " + flags.base);
  const auto other = OtherCommit::CheckOut(*own, flags.base, stop);
  if (!other) return Fail(other.error().code, "--base: " + other.error().message);
  say("building " + (*other)->commit());
  if (auto built = Build((*other)->tree(), kBenchTargets, stop); !built) {
    return Fail(built.error().code, "--base: " + (*other)->commit() + ": " + built.error().message);
  }
  say("building what is here");
  if (auto built = Build(*own, kBenchTargets, stop); !built) {
    return tl::unexpected(built.error());
  }
  AbOptions& ab = flags.ab;
  ab.base = {.name = (*other)->commit(), .bin = (*other)->tree().bin(), .arguments = {}};
  ab.head = {
      .name = CommitOf(own->source, stop) + (flags.head_args.empty() ? "" : " " + flags.head_args),
      .bin = own->bin(),
      .arguments = Words(flags.head_args)};
  ab.exact = flags.kind != "paired";
  ab.times = flags.kind != "exact";
  auto comparison = CompareBuilds(ab, stop, say);
  if (!comparison) return comparison;
  status.Clear();
  for (const auto& [name, fact] : DescribeEnvironment()) comparison->environment[name] = fact;
  Accept(LinesAdded(ChangesOf((*other)->tree()), ChangesOf(*own)), *comparison);
  SortRows(comparison->rows);
  comparison->reproduce = Reproduce(flags, *comparison);
  comparison->accept =
      "results baseline update --suite micro --reason \"…\"  (a time: results baseline accept "
      "NAME --reason \"…\")";
  return comparison;
}

int Ab(AbFlags& flags) {
  const Interrupt interrupt;
  Outputs files(FilesOf(flags.output), [&] { return interrupt.Requested(); });
  if (const std::string wrong = files.Open(); !wrong.empty()) {
    return GateError("ab", {Code::kInvalidArgument, wrong});
  }
  auto comparison = Run(flags, interrupt);
  if (!comparison) return GateError("ab", comparison.error());
  if (comparison->rows.empty() && !comparison->same_programs) {
    return GateError("ab", {Code::kInvalidArgument,
                            "--only: no metric is called like \"" + flags.ab.only + "\""});
  }
  return Deliver("ab", flags.output, files, *comparison);
}

Result<std::size_t> ParsePairs(const std::string& text) {
  const auto count = ParseCount(text);
  if (count && *count >= kPairsMin && *count <= 1000) return *count;
  return Fail(Code::kInvalidArgument, "\"" + text + "\": expected a whole number from 5 to 1000");
}

}  // namespace

void AddAb(CLI::App& results, int& exit) {
  CLI::App* const ab =
      results.add_subcommand("ab",
                             "Build another commit, run its benchmarks and ours in turn,\n"
                             "and judge the difference");
  const auto flags = std::make_shared<AbFlags>();
  ab->add_option("--base", flags->base, "The commit to compare with: a hash, tag or branch")
      ->required()
      ->type_name("REV");
  ab->add_option("--only", flags->ab.only, "Metrics whose name contains this")->type_name("NAME");
  ab->add_option("--head-args", flags->head_args,
                 "Arguments for our benchmark programs, such as --inject-slowdown=10")
      ->type_name("ARGS");
  AddFlag(*ab, "--pairs", flags->ab.pairs, ParsePairs,
          "Pairs of runs for the times; twice as many where that is too noisy", "N", "20");
  AddFlag(*ab, "--seed", flags->ab.seed, ParseCount, "Of the order of runs and the resampling", "N",
          "1");
  ab->add_option("--class", flags->kind, "exact, paired or both")
      ->check(CLI::IsMember({"exact", "paired", "both"}))
      ->capture_default_str();
  ab->add_flag("--even-if-identical", flags->ab.even_if_identical,
               "Take times although both programs are the same: to see the\nmachine's noise");
  AddGateOutput(*ab, flags->output);
  ab->callback([flags, &exit] { exit = Ab(*flags); });
}

}  // namespace ringlab
