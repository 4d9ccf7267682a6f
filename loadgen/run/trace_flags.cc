#include "loadgen/run/trace_flags.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <filesystem>

#include "core/base/parse.h"
#include "loadgen/plan/plan_survey.h"
#include "loadgen/plan/trace_spec.h"
#include "loadgen/run/options.h"
#include "node/live/flag_values.h"
#include "node/live/flags.h"
#include "node/sql/source_url.h"

namespace ringlab {

namespace {

Result<std::optional<TraceOptions>> ParseTrace(const std::string& text) {
  return ParseTraceSpec(text).map([](const TraceSpec& spec) { return std::optional(spec.trace); });
}

Result<std::optional<TraceOutput>> ParseTraceOutput(const std::string& text) {
  const auto parts = SplitAt(text, ',');
  TraceOutput output{.file = std::string(parts.empty() ? "" : parts.front())};
  if (output.file.empty() || parts.size() > 2) return RefuseValue(text, "FILE[,format=F]");
  if (parts.size() == 2) {
    const auto [name, value] = SplitOnce(parts[1], '=');
    output.format = name == "format" ? ParseTraceFormat(value) : std::nullopt;
    if (!output.format && parts[1] != "format=sizes") {
      return RefuseValue(text, std::string("FILE,format=") + kTraceFormatNames + ", or sizes");
    }
  }
  return std::optional<TraceOutput>(output);
}

std::string RefuseBesideTrace(const CLI::App& app, const TraceOptions& trace) {
  const auto given = [&](const char* flag) { return app.count(flag) > 0; };
  for (const char* flag : {"--keys", "--key-size", "--zipf", "--mix", "--batch", "--scan",
                           "--drift", "--profile", "--preset", "--requests"}) {
    if (!given(flag)) continue;
    return std::string(flag) +
           " and --trace: expected one of them: a trace says what is asked for, "
           "--qps or speed= how fast, and --duration how much of it";
  }
  if (given("--arrivals") && !given("--qps")) {
    return "--arrivals and --trace: expected --qps with them, else the times are the trace's own";
  }
  if (given("--qps") && trace.speed != 1) {
    return "--trace: \"" + trace.file +
           "\": expected speed= or --qps, the trace's own times or a rate in their place";
  }
  return "";
}

// Whether the source of nodes of our own is to have the trace's sizes: none is told it, by
// --source.
bool NodesWantSizes(const CLI::App& app, const LoadgenOptions& o) {
  if (!o.targets.empty()) return false;
  const std::string& source = o.cluster.source_text;
  if (IsSqlText(source)) return false;
  return app.count("--source") == 0 ||
         (source.find("size=") == std::string::npos && source.find("sizes=") == std::string::npos);
}

std::string ComplaintAboutSurvey(const PlanSurvey& survey, const LoadgenOptions& o) {
  const TraceOptions& trace = *o.config.workload.trace;
  if (survey.error) return "--trace: " + survey.error->message;
  if (survey.requests == 0) {
    return "--trace: " + trace.file + ": no request within --warmup and --duration";
  }
  if (survey.measured == 0) {
    return "--warmup: \"" + FormatDuration(o.config.warmup) +
           "\": expected less than the trace takes, which ends after " +
           FormatDuration(survey.last);
  }
  return "";
}

void TakeSurvey(const PlanSurvey& survey, bool has_duration, const TraceReader& reader,
                RunConfig& config) {
  const TraceOptions& trace = *config.workload.trace;
  // To its last request, and up to a whole millisecond.
  const auto end = std::chrono::ceil<std::chrono::milliseconds>(survey.last + Duration(1));
  const Duration length = Duration(end) - config.warmup;
  config.duration = has_duration ? std::min(config.duration, length) : length;
  config.open_ended = false;  // it ends with the trace
  config.workload.duration = config.warmup + config.duration;
  if (trace.own_times) {
    config.workload.qps = static_cast<double>(survey.measured) / Seconds(config.duration);
  }
  const auto of = [&](Operation operation) {
    return survey.operations[static_cast<std::size_t>(operation)];
  };
  config.workload.mix = {.get = static_cast<double>(of(Operation::kGet)),
                         .set = static_cast<double>(of(Operation::kSet)),
                         .remove = static_cast<double>(of(Operation::kRemove))};
  config.workload.keys = std::max<std::uint64_t>(1, survey.distinct);
  config.trace = TraceConfig{.format = std::string(TraceFormatName(reader.format())),
                             .compression = std::string(reader.compression()),
                             .requests = survey.requests};
}

}  // namespace

void AddTraceFlags(CLI::App& app, LoadgenOptions& o) {
  AddFlag(app, "--trace", o.config.workload.trace, ParseTrace,
          "Send a recorded trace's requests instead: FILE, plain, gzip or zstd,\n"
          "of format=csv, twitter, kvcache or oracle (libCacheSim's\n"
          "oracleGeneral); without it, as the file begins. At its own times,\n"
          "speed=10 times faster, or with --qps at that rate. All of it, without\n"
          "warm-up, unless --duration and --warmup say so",
          "FILE[,format=F][,speed=X]");
  AddFlag(app, "--write-trace", o.write_trace, ParseTraceOutput,
          "Write the plan to a trace for other simulators, and send nothing:\n"
          "format=csv, twitter, kvcache or oracle; or format=sizes, how large each\n"
          "key's value is, for cachenode's --source synthetic:sizes=FILE",
          "FILE[,format=F]", "format=csv");
}

std::string CompleteTrace(const CLI::App& app, LoadgenOptions& o) {
  RunConfig& config = o.config;
  if (!config.workload.trace) return "";
  TraceOptions& trace = *config.workload.trace;
  if (std::string wrong = RefuseBesideTrace(app, trace); !wrong.empty()) return wrong;
  trace.own_times = app.count("--qps") == 0;
  if (app.count("--warmup") == 0) config.warmup = Duration::zero();
  const bool has_duration = app.count("--duration") > 0;
  // Opened here once more, for what a plan does not tell of its file.
  const auto reader = OpenTrace(trace.file, trace.format);
  if (!reader) return "--trace: " + reader.error().message;
  if (trace.own_times && !(*reader)->has_times()) {
    return "--trace: " + trace.file + ": has no times; expected a rate for it, as in --qps 10000";
  }
  WorkloadOptions options = config.workload;
  options.duration = has_duration ? config.warmup + config.duration : Duration::max();
  auto plan = Workload::Create(options);
  if (!plan) return "--trace: " + plan.error().message;
  TraceSizes sizes;
  const bool wants_sizes = NodesWantSizes(app, o);
  const PlanSurvey survey =
      SurveyPlan(*std::move(plan), config.warmup, UINT64_MAX, wants_sizes ? &sizes : nullptr);
  if (std::string wrong = ComplaintAboutSurvey(survey, o); !wrong.empty()) return wrong;
  TakeSurvey(survey, has_duration, **reader, config);
  if (sizes.keys() > 0) o.sizes = sizes.Index();
  return "";
}

}  // namespace ringlab
