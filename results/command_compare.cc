#include <iterator>
#include <memory>

#include "results/commands.h"
#include "results/gate/gate_output.h"
#include "results/gate/process.h"

namespace ringlab {

namespace {

struct CompareOptions {
  std::string base, head, only;
  std::uint64_t seed = 1;
  GateOutput output;
};

Result<BenchMeasurements> Read(const std::string& file) {
  if (file == "-") {
    return ParseMeasurements(std::string(std::istreambuf_iterator<char>(std::cin), {}), "stdin");
  }
  const auto text = ReadWholeFile(file);
  if (!text) return tl::unexpected(text.error());
  return ParseMeasurements(*text, file);
}

int Compare(const CompareOptions& options) {
  const auto base = Read(options.base);
  if (!base) return GateError("compare", base.error());
  const auto head = Read(options.head);
  if (!head) return GateError("compare", head.error());
  Comparison comparison{.base = base->name, .head = head->name, .environment = head->environment};
  CompareExact(*base, *head, Against::kBase, comparison);
  CompareApart(*base, *head, options.seed, comparison);
  ExplainByFunctions(*base, *head, comparison);
  KeepOnly(options.only, comparison);
  if (comparison.rows.empty()) {
    return GateError(
        "compare",
        {Code::kInvalidArgument,
         "the two have nothing in common" +
             (options.only.empty() ? std::string() : " that is called like " + options.only)});
  }
  comparison.reproduce = "results compare " + options.base + " " + options.head;
  return Deliver("compare", options.output, comparison);
}

}  // namespace

void AddCompare(CLI::App& results, int& exit) {
  CLI::App* const compare = results.add_subcommand(
      "compare",
      "Say what became worse from one result to another: of exact_bench, of Google Benchmark\n"
      "(--benchmark_format=json, judged from 9 repetitions on), of loadgen or sim (shown only)");
  const auto options = std::make_shared<CompareOptions>();
  compare->add_option("BASE", options->base, "The older result; - for stdin")->required();
  compare->add_option("HEAD", options->head, "The newer one")->required();
  compare->add_option("--only", options->only, "Metrics whose name contains this")
      ->type_name("NAME");
  compare->add_option("--seed", options->seed, "Of the resampling")
      ->type_name("N")
      ->capture_default_str();
  AddGateOutput(*compare, options->output);
  compare->callback([options, &exit] { exit = Compare(*options); });
}

}  // namespace ringlab
