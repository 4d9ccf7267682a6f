#include "results/gate/baseline.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "node/live/environment.h"
#include "node/live/flags.h"
#include "node/live/interrupt.h"
#include "node/live/terminal.h"
#include "results/commands/commands.h"
#include "results/commands/gate_output.h"
#include "results/gate/bench_run.h"
#include "results/gate/build_tree.h"

namespace ringlab {

namespace {

namespace fs = std::filesystem;

constexpr const char* kSuite = "micro";  // the one that there is
constexpr const char* kChanges = "CHANGES.md";

struct BaselineFlags {
  std::string suite = kSuite, reason, name;
  GateOutput output;
};

struct Stored {
  fs::path folder;

  fs::path file(const std::string& suite) const { return folder / (suite + ".json"); }
  fs::path changes() const { return folder / "CHANGES.md"; }
};

Stored StoredOf(const BuildTree& tree) { return {fs::path(tree.source) / "results" / "baselines"}; }

// With the entry behind what is there.
Result<void> WriteEntry(Outputs& outputs, const fs::path& changes, const std::string& entry) {
  outputs.Write(kChanges, ReadWholeFile(changes).value_or("") + entry);
  return Written(outputs);
}

// What is here, freshly built and measured.
Result<BenchMeasurements> MeasureHere(const BuildTree& own, const StopAsked& stop) {
  StatusLine status(true);
  status.Show("baseline: building");
  if (auto built = Build(own, {"exact_bench"}, stop); !built) {
    return tl::unexpected(built.error());
  }
  status.Show("baseline: counting instructions");
  return MeasureExactly(own.bin(), {}, stop);
}

Result<void> Update(const BaselineFlags& flags) {
  if (flags.reason.find_first_not_of(" \t\n") == std::string::npos) {
    return Fail(Code::kInvalidArgument, "--reason: expected a text: why the baseline moves");
  }
  Interrupt interrupt;
  const StopAsked stop = [&] { return interrupt.Requested(); };
  const auto own = OwnBuildTree();
  if (!own) return tl::unexpected(own.error());
  const Stored stored = StoredOf(*own);
  const std::string file = stored.file(flags.suite);
  fs::create_directories(stored.folder);
  Outputs outputs({{"--suite", file}, {kChanges, stored.changes()}}, stop);
  if (std::string wrong = outputs.Open(); !wrong.empty()) {
    return Fail(Code::kInvalidArgument, std::move(wrong));
  }
  const auto measured = MeasureHere(*own, stop);
  if (!measured) return tl::unexpected(measured.error());
  const auto old_text = ReadWholeFile(file);
  auto old = old_text ? ParseMeasurements(*old_text, file)
                      : Result<BenchMeasurements>(Fail(Code::kNotFound, ""));
  const std::string text = ToJson(*measured).dump(1) + '\n';
  const std::string entry = ChangesEntry(flags.suite, UtcNow().substr(0, 10), flags.reason,
                                         BaselineDigest(text), old ? &*old : nullptr, *measured);
  outputs.Write("--suite", text);
  std::cout << file << " and CHANGES.md:\n" << entry;
  return WriteEntry(outputs, stored.changes(), entry);
}

// Of the baseline, and of the times that are taken.
Result<std::set<std::string>> MetricsOf(const BuildTree& own, const std::string& suite) {
  std::set<std::string> names;
  const std::string file = StoredOf(own).file(suite);
  if (const auto text = ReadWholeFile(file)) {
    const auto stored = ParseMeasurements(*text, file);
    if (!stored) return tl::unexpected(stored.error());
    for (const auto& [key, metric] : stored->exact) names.insert(key.name);
  }
  if (const auto timed = TimedPaths(own.bin(), nullptr)) names.insert(timed->begin(), timed->end());
  if (!names.empty()) return names;
  return Fail(Code::kDataLoss, "there is no baseline " + file +
                                   ", nor a built hot_bench, to know \"" + "metrics by");
}

// A change of time that is meant: the gate lets it pass once, from commits without this entry.
Result<void> AcceptTime(const BaselineFlags& flags) {
  if (flags.reason.find_first_not_of(" \t\n") == std::string::npos) {
    return Fail(Code::kInvalidArgument, "--reason: expected a text: why the change is meant");
  }
  const auto own = OwnBuildTree();
  if (!own) return tl::unexpected(own.error());
  const auto known = MetricsOf(*own, flags.suite);
  if (!known) return tl::unexpected(known.error());
  if (auto checked = CheckKnown(flags.name, *known); !checked) return checked;
  const std::string entry = "\n## accepted, " + UtcNow().substr(0, 10) + "\n\n" + flags.reason +
                            "\n\n- `" + flags.name + "`\n";
  const fs::path changes = StoredOf(*own).changes();
  Outputs outputs({{kChanges, changes}});
  if (std::string wrong = outputs.Open(); !wrong.empty()) {
    return Fail(Code::kInvalidArgument, std::move(wrong));
  }
  std::cout << entry;
  return WriteEntry(outputs, changes, entry);
}

Result<Comparison> Check(const BaselineFlags& flags) {
  Interrupt interrupt;
  const StopAsked stop = [&] { return interrupt.Requested(); };
  const auto own = OwnBuildTree();
  if (!own) return tl::unexpected(own.error());
  const Stored stored = StoredOf(*own);
  const std::string file = stored.file(flags.suite);
  const auto text = ReadWholeFile(file);
  if (!text) {
    return Fail(Code::kDataLoss, "there is no baseline " + file +
                                     "; make one: results baseline update --suite " + flags.suite +
                                     " --reason \"…\"");
  }
  const std::string changes = ReadWholeFile(stored.changes()).value_or("");
  if (const auto recorded = CheckRecorded(changes, flags.suite, *text); !recorded) {
    return Fail(Code::kDataLoss, recorded.error().message);
  }
  const auto anchor = ParseMeasurements(*text, file);
  if (!anchor) return tl::unexpected(anchor.error());
  const auto here = MeasureHere(*own, stop);
  if (!here) return tl::unexpected(here.error());
  Comparison comparison{.base = "baseline " + flags.suite,
                        .head = CommitOf(own->source, stop),
                        .environment = here->environment};
  CompareExact(*anchor, *here, Against::kAnchor, comparison);
  ExplainByFunctions(*anchor, *here, comparison);
  comparison.reproduce = "scripts/run results baseline check";
  comparison.accept = "results baseline update --suite " + flags.suite + " --reason \"…\"";
  return comparison;
}

int CheckAndDeliver(const BaselineFlags& flags) {
  Outputs files(FilesOf(flags.output));
  NamedFiles inputs;
  if (const auto own = OwnBuildTree()) {
    inputs = {{"--suite", StoredOf(*own).file(flags.suite)}, {kChanges, StoredOf(*own).changes()}};
  }
  if (const std::string wrong = files.Open(inputs); !wrong.empty()) {
    return GateError("baseline", {Code::kInvalidArgument, wrong});
  }
  auto comparison = Check(flags);
  return comparison ? Deliver("baseline", flags.output, files, *comparison)
                    : GateError("baseline", comparison.error());
}

int Finish(const Result<void>& done) {
  return done ? static_cast<int>(kExitOk) : GateError("baseline", done.error());
}

void AddSuite(CLI::App& command, BaselineFlags& flags) {
  command.add_option("--suite", flags.suite, "Which baseline: micro, of exact_bench")
      ->check(CLI::IsMember({kSuite}))
      ->capture_default_str();
}

}  // namespace

void AddBaseline(CLI::App& results, int& exit) {
  CLI::App* const baseline =
      results.add_subcommand("baseline",
                             "The stored figures that small steps are measured against\n"
                             "(results/baselines)");
  baseline->require_subcommand(1);
  const auto flags = std::make_shared<BaselineFlags>();

  CLI::App* const update = baseline->add_subcommand(
      "update", "Measure what is here, store it, and record why in CHANGES.md");
  AddSuite(*update, *flags);
  update->add_option("--reason", flags->reason, "Why, for whoever reads CHANGES.md")->required();
  update->callback([flags, &exit] { exit = Finish(Update(*flags)); });

  CLI::App* const accept =
      baseline->add_subcommand("accept",
                               "Record that a metric is meant to be slower, so that\n"
                               "`results ab` only warns");
  accept->add_option("NAME", flags->name, "The metric")->required();
  accept->add_option("--reason", flags->reason, "Why")->required();
  accept->callback([flags, &exit] { exit = Finish(AcceptTime(*flags)); });

  CLI::App* const check = baseline->add_subcommand(
      "check", "Measure what is here and judge it against the stored figures");
  AddSuite(*check, *flags);
  AddGateOutput(*check, flags->output);
  check->callback([flags, &exit] { exit = CheckAndDeliver(*flags); });
}

}  // namespace ringlab
