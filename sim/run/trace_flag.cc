#include "sim/run/trace_flag.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "loadgen/plan/arrivals.h"
#include "loadgen/plan/plan_survey.h"
#include "loadgen/plan/trace_spec.h"
#include "node/live/flags.h"

namespace ringlab {

namespace {

Result<std::optional<TraceSpec>> ParseTraceFlag(const std::string& text) {
  return ParseTraceSpec(text).map([](TraceSpec spec) { return std::optional(std::move(spec)); });
}

std::string RefuseBesideTrace(const CLI::App& app, const SimOptions& o) {
  for (const char* flag : {"--profile", "--drift"}) {
    if (app.count(flag) == 0) continue;
    return std::string(flag) +
           " and --trace: expected one of them: a trace says what is asked for, --qps or speed= "
           "how fast";
  }
  if (app.count("--script") > 0) {
    return "--script and --trace: expected one of them: whether shares fit a new ring is told by "
           "the law of the popularity, and a trace has none";
  }
  if (!o.trace->has_speed) return "";
  for (const char* flag : {"--qps", "--concurrency"}) {
    if (app.count(flag) == 0) continue;
    return std::string(flag) + ": it has no effect with speed= of --trace \"" +
           o.trace->trace.file + "\", the trace's own times; expected one of the two";
  }
  return "";
}

}  // namespace

void AddTraceFlag(CLI::App& app, SimOptions& o) {
  AddFlag(app, "--trace", o.trace, ParseTraceFlag,
          "Send a recorded trace's requests instead, as loadgen does: as many\n"
          "as --requests says, or all. Its order alone counts, unless speed=1 or\n"
          "another asks for its own times",
          "FILE[,format=F][,speed=X]");
}

std::string CompleteTrace(const CLI::App& app, SimOptions& o) {
  if (!o.trace) return "";
  if (std::string wrong = RefuseBesideTrace(app, o); !wrong.empty()) return wrong;
  LoopbackPlan& plan = o.loopback;
  plan.trace = o.trace->trace;
  plan.trace->own_times = o.trace->has_speed;
  // Opened here once more, for what a plan does not tell of its file.
  const auto reader = OpenTrace(plan.trace->file, plan.trace->format);
  if (!reader) return "--trace: " + reader.error().message;
  auto walk =
      Workload::Create({.seed = plan.seed, .duration = Duration::max(), .trace = plan.trace});
  if (!walk) return "--trace: " + walk.error().message;
  const std::uint64_t most = app.count("--requests") > 0 ? plan.client.requests : UINT64_MAX;
  const PlanSurvey survey = SurveyPlan(*std::move(walk), {}, most);
  if (survey.error) {
    const bool no_times = survey.error->message.ends_with("expected a rate for it");
    return "--trace: " + survey.error->message + (no_times ? ", as in --qps 10000" : "");
  }
  plan.client.requests = survey.requests;
  o.trace_read = {.format = std::string(TraceFormatName((*reader)->format())),
                  .compression = std::string((*reader)->compression()),
                  .requests = survey.requests};
  if (!plan.trace->own_times) return "";
  const double took = std::max(Seconds(survey.last), 1e-9);
  plan.qps = std::clamp(static_cast<double>(survey.requests) / took, Arrivals::kMinRate,
                        Arrivals::kMaxRate);
  return "";
}

nlohmann::ordered_json TraceJson(const SimOptions& o) {
  const TraceOptions& trace = *o.loopback.trace;
  const char* const times = trace.own_times ? "own" : o.loopback.qps > 0 ? "rate" : "order";
  return {{"file", trace.file},
          {"format", o.trace_read.format},
          {"compression", o.trace_read.compression},
          {"times", times},
          {"speed", trace.speed},
          {"requests", o.trace_read.requests}};
}

}  // namespace ringlab
