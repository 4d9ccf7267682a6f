#include "results/gate/bench_run.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/parse.h"
#include "results/gate/callgrind.h"

namespace ringlab {

namespace {

namespace fs = std::filesystem;

constexpr const char* kPath = "PATH=/usr/local/bin:/usr/bin:/bin";
constexpr const char* kRepetitions = "--benchmark_repetitions=5";
constexpr const char* kMinTime = "--benchmark_min_time=0.02";  // s, of each repetition

// Features that x86-64 processors may have or not, and preferences of glibc 2.36 that follow from
// their models; all off.
constexpr const char* kPlainestProcessor =
    "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX2,-AVX,-FMA,-FMA4,-ERMS,-"
    "FSRM,"
    "-SSSE3,-SSE4_1,-SSE4_2,-BMI1,-BMI2,-LZCNT,-MOVBE,-POPCNT,-AVX_Fast_Unaligned_Load,"
    "-Fast_Copy_Backward,-Fast_Rep_String,-Fast_Unaligned_Copy,-Fast_Unaligned_Load,-Prefer_ERMS,"
    "-Prefer_FSRM,-Prefer_No_VZEROUPPER,-Prefer_PMINUB_for_stringop,-Slow_BSF,-Slow_SSE4_2";

std::vector<std::string> PlainEnvironment() {
  return {kPath, "LC_ALL=C", "LD_BIND_NOW=1", kPlainestProcessor};
}

// A directory for the dumps of one run.
class Scratch {
 public:
  Scratch() {
    std::string name = fs::temp_directory_path() / "ringlab-gate-XXXXXX";
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Scratch() {
    std::error_code error;
    if (!path_.empty()) fs::remove_all(path_, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<std::string> With(std::vector<std::string> words,
                              const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// Joins the dumps with what is known of each path already.
Result<void> AddInstructions(const std::string& directory, BenchMeasurements& into) {
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    const auto text = ReadWholeFile(entry.path());
    if (!text) return tl::unexpected(text.error());
    auto dump = ParseCallgrind(*text);
    if (!dump) return tl::unexpected(dump.error());
    if (dump->trigger.empty()) continue;  // the process itself, which counted nothing
    const auto counted = into.exact.find({dump->trigger, "allocations"});
    if (counted == into.exact.end()) {
      return Fail(Code::kInvalidArgument,
                  "exact_bench: \"" + dump->trigger + "\": under callgrind alone");
    }
    into.exact[{dump->trigger, "instructions"}] = {dump->total, counted->second.ops};
    into.functions[dump->trigger] = std::move(dump->self);
  }
  for (const auto& [key, metric] : into.exact) {
    if (key.measure != "allocations" || into.functions.contains(key.name)) continue;
    return Fail(Code::kInvalidArgument, "exact_bench: \"" + key.name + "\": no dump of callgrind");
  }
  return {};
}

// Messages, bytes and loads of whole clusters. Older revisions have none.
Result<void> AddClusterFigures(const std::string& bin, BenchMeasurements& into,
                               const StopAsked& stop) {
  std::error_code unknown;
  if (!fs::exists(fs::path(bin) / "cluster_figures", unknown)) return {};
  const auto text = OutputOf(
      {.argv = {"./cluster_figures"}, .directory = bin, .environment = PlainEnvironment()}, stop);
  if (!text) return tl::unexpected(text.error());
  const auto counted = ParseMeasurements(*text, "cluster_figures");
  if (!counted) return tl::unexpected(counted.error());
  into.exact.insert(counted->exact.begin(), counted->exact.end());
  return {};
}

}  // namespace

Result<BenchMeasurements> MeasureExactly(const std::string& bin,
                                         const std::vector<std::string>& arguments,
                                         const StopAsked& stop) {
  const auto version = OutputOf({.argv = {"valgrind", "--version"}}, stop);
  if (!version) return tl::unexpected(version.error());
  // Run as ./exact_bench, so that the place of the build is not on its stack.
  const auto text = OutputOf({.argv = With({"./exact_bench"}, arguments),
                              .directory = bin,
                              .environment = PlainEnvironment()},
                             stop);
  if (!text) return tl::unexpected(text.error());
  auto measured = ParseMeasurements(*text, "exact_bench");
  if (!measured) return measured;
  const Scratch scratch;
  if (scratch.path().empty()) return Fail(Code::kUnavailable, "no directory for callgrind's dumps");
  const std::vector<std::string> callgrind{
      "valgrind",           "--quiet",
      "--tool=callgrind",   "--collect-atstart=no",
      "--instr-atstart=no", "--callgrind-out-file=" + scratch.path() + "/dump.%p",
      "./exact_bench"};
  const auto ran = OutputOf(
      {.argv = With(callgrind, arguments), .directory = bin, .environment = PlainEnvironment()},
      stop);
  if (!ran) return tl::unexpected(ran.error());
  if (auto added = AddInstructions(scratch.path(), *measured); !added) {
    return tl::unexpected(added.error());
  }
  if (auto added = AddClusterFigures(bin, *measured, stop); !added) {
    return tl::unexpected(added.error());
  }
  measured->fingerprint["valgrind"] = version->substr(0, version->find('\n'));
  return measured;
}

Result<std::map<std::string, double>> TimeOnce(const std::string& bin,
                                               const std::vector<std::string>& arguments,
                                               const std::vector<std::string>& only,
                                               const StopAsked& stop) {
  std::vector<std::string> argv{"./hot_bench", "--benchmark_format=json", kMinTime, kRepetitions};
  std::string filter;
  for (const std::string& name : only) filter += (filter.empty() ? "" : "|") + name;
  if (!filter.empty()) argv.push_back("--benchmark_filter=^(" + filter + ")$");
  const auto text = OutputOf({.argv = With(std::move(argv), arguments),
                              .directory = bin,
                              .environment = std::vector<std::string>{kPath, "LC_ALL=C"}},
                             stop);
  if (!text) return tl::unexpected(text.error());
  const auto measured = ParseMeasurements(*text, "hot_bench");
  if (!measured) return tl::unexpected(measured.error());
  std::map<std::string, double> times;
  for (const auto& [name, metric] : measured->timed) {
    times[name] = *std::ranges::min_element(metric.samples);
  }
  return times;
}

Result<std::vector<std::string>> TimedPaths(const std::string& bin, const StopAsked& stop) {
  const auto text =
      OutputOf({.argv = {"./hot_bench", "--benchmark_list_tests"}, .directory = bin}, stop);
  if (!text) return tl::unexpected(text.error());
  std::vector<std::string> paths;
  for (const std::string_view line : SplitAt(*text, '\n')) {
    if (!line.empty()) paths.emplace_back(line);
  }
  return paths;
}

Result<bool> HaveSameCode(const std::string& a, const std::string& b, const StopAsked& stop) {
  const Scratch scratch;
  if (scratch.path().empty())
    return Fail(Code::kUnavailable, "no directory to compare programs in");
  std::vector<std::string> codes;
  for (const std::string& program : {a, b}) {
    const std::string stripped = scratch.path() + "/" + std::to_string(codes.size());
    const auto done = OutputOf({.argv = {"objcopy", "--strip-all",
                                         "--remove-section=.note.gnu.build-id", program, stripped}},
                               stop);
    if (!done) return tl::unexpected(done.error());
    auto code = ReadWholeFile(stripped);
    if (!code) return tl::unexpected(code.error());
    codes.push_back(*std::move(code));
  }
  return codes[0] == codes[1];
}

MachineTime MachineTimeNow() {
  std::ifstream stat("/proc/stat");
  std::string line;
  std::getline(stat, line);
  std::istringstream fields(line.starts_with("cpu ") ? line.substr(4) : "");
  MachineTime time;
  constexpr int kStolen = 7;  // user nice system idle iowait irq softirq steal
  double ticks = 0;
  for (int i = 0; i <= kStolen && fields >> ticks; ++i) {
    time.total += ticks;
    if (i == kStolen) time.stolen = ticks;
  }
  return time;
}

}  // namespace ringlab
