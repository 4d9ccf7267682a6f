#include <CLI/CLI.hpp>
#include <iterator>
#include <memory>

#include "core/base/parse.h"
#include "core/base/read_stream.h"
#include "node/live/flag_values.h"
#include "node/live/flags.h"
#include "results/commands/commands.h"
#include "results/commands/gate_output.h"
#include "results/gate/process.h"

namespace ringlab {

namespace {

struct CompareOptions {
  std::string base, head;
  FilesCompared files;
  GateOutput output;
};

Result<BenchMeasurements> Read(const std::string& file) {
  if (file == "-") {
    const auto text = ReadStream(std::cin);
    if (!text) return Fail(Code::kInvalidArgument, "stdin: cannot be read");
    return ParseMeasurements(*text, "stdin");
  }
  const auto text = ReadWholeFile(file);
  if (!text) return tl::unexpected(text.error());
  return ParseMeasurements(*text, file);
}

int Compare(const CompareOptions& options) {
  Outputs files(FilesOf(options.output));
  const std::string wrong = files.Open({{"BASE", options.base}, {"HEAD", options.head}});
  if (!wrong.empty()) return GateError("compare", {Code::kInvalidArgument, wrong});
  const auto base = Read(options.base);
  if (!base) return GateError("compare", base.error());
  const auto head = Read(options.head);
  if (!head) return GateError("compare", head.error());
  auto comparison = CompareFiles(*base, *head, options.files);
  if (!comparison) return GateError("compare", comparison.error());
  comparison->reproduce = "results compare " + options.base + " " + options.head;
  return Deliver("compare", options.output, files, *comparison);
}

}  // namespace

void AddCompare(CLI::App& results, int& exit) {
  CLI::App* const compare =
      results.add_subcommand("compare",
                             "Say what became worse from one result to another of the same\n"
                             "tool: of exact_bench, of Google Benchmark (its JSON, judged\n"
                             "from 9 repetitions on), of loadgen or sim (shown, and\n"
                             "inconclusive: one run a side is not judged)");
  const auto options = std::make_shared<CompareOptions>();
  compare->add_option("BASE", options->base, "The older result; - for stdin")->required();
  compare->add_option("HEAD", options->head, "The newer one")->required();
  AddFlag(*compare, "--only", options->files.only, AnyText, "Metrics whose name contains this",
          "NAME");
  AddFlag(*compare, "--seed", options->files.seed, ParseCount, "Of the resampling", "N", "1");
  AddGateOutput(*compare, options->output);
  compare->callback([options, &exit] { exit = Compare(*options); });
}

}  // namespace ringlab
