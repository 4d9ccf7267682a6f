#include "loadgen/run/rates.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <utility>

#include "core/base/parse.h"
#include "loadgen/plan/rate_profile.h"
#include "loadgen/run/cpu_profile.h"

namespace ringlab {

namespace {

// As long as it takes to plan so many requests after the warm-up, and a nanosecond: the plan ends
// before that time.
Result<Duration> TimeFor(std::uint64_t requests, const WorkloadOptions& workload, Duration warmup) {
  Arrivals arrivals = ArrivalsOf(workload);
  for (std::uint64_t planned = 0; planned < requests;) {
    const Duration at = arrivals.Next();
    if (at == Duration::max()) return Fail(Code::kInvalidArgument, "the rate never has so many");
    if (at >= warmup && ++planned == requests) return at - warmup + Duration(1);
  }
  return Fail(Code::kInvalidArgument, "no request at all");
}

// The plan is as long as the run may last.
std::string CompleteUntil(LoadgenOptions& o) {
  RunConfig& c = o.config;
  if (!c.until) return "";
  if (!o.profile.empty()) return "--until and --profile: expected one of them";
  if (o.requests > 0) return "--until and --requests: expected one of them";
  if (c.duration == kForever) return "--until and --duration forever: expected one of them";
  c.until->at_least = c.duration;
  if (c.until->at_most == Duration::zero()) c.until->at_most = kUntilTimes * c.duration;
  if (c.until->at_most < c.duration) {
    return "--until: \"" + c.until->text + ",max=" + FormatDuration(c.until->at_most) +
           "\": expected --duration (" + FormatDuration(c.duration) + ") or more as max";
  }
  c.duration = c.until->at_most;
  return "";
}

// What would be ignored beside another flag.
std::string RefuseTogether(const CLI::App& app, const LoadgenOptions& o) {
  const auto given = [&](const char* flag) { return app.count(flag) > 0; };
  for (const auto& [flag, other] : {std::pair("--repeat", "--search"),
                                    {"--repeat", "--shard"},
                                    {"--repeat", "--start-at"},
                                    {"--repeat", "--write-trace"},
                                    {"--until", "--search"},
                                    {"--until", "--shard"},
                                    {"--until", "--start-at"},
                                    {"--until", "--trace"},
                                    {"--until", "--write-trace"},
                                    {"--profile-cpu", "--search"},
                                    {"--profile-cpu", "--repeat"},
                                    {"--profile-cpu", "--write-trace"},
                                    {"--live-csv", "--search"},
                                    {"--live-csv", "--repeat"},
                                    {"--live", "--write-trace"},
                                    {"--metrics", "--write-trace"},
                                    {"--live-csv", "--write-trace"}}) {
    if (given(flag) && given(other)) {
      return std::string(flag) + " and " + other + ": expected one of them";
    }
  }
  if (o.live.csv == "-") {
    return "--live-csv: \"-\": expected a file, such as /dev/stdout with --quiet";
  }
  return "";
}

}  // namespace

std::string CompleteRates(const CLI::App& app, LoadgenOptions& o) {
  RunConfig& c = o.config;
  if (!o.profile.empty()) {
    if (app.count("--qps") > 0) return "--qps and --profile: expected one of them";
    if (o.requests > 0) return "--requests and --profile: expected one of them";
    const Duration asked = app.count("--duration") > 0 ? c.duration : Duration::zero();
    auto profile = RateProfile::Parse(o.profile, c.workload.seed, asked);
    if (!profile) return "--profile: " + profile.error().message;
    c.duration = profile->length();
    c.workload.qps = profile->CountAt(c.duration) / Seconds(c.duration);
    c.phases = profile->phases();
    c.workload.profile = std::make_shared<const RateProfile>(profile->After(c.warmup));
  }
  if (o.requests > 0) {
    if (app.count("--duration") > 0) return "--requests and --duration: expected one of them";
    const auto time = TimeFor(o.requests, c.workload, c.warmup);
    if (!time) return "--requests: \"" + std::to_string(o.requests) + "\": " + time.error().message;
    c.duration = *time;
  }
  if (std::string wrong = CompleteUntil(o); !wrong.empty()) return wrong;
  c.open_ended = c.duration == kForever;
  if (std::string wrong = RefuseTogether(app, o); !wrong.empty()) return wrong;
  if (!o.profile_cpu_file.empty()) {
    if (!o.targets.empty()) return "--profile-cpu: expected nodes that loadgen starts, no targets";
    if (const auto perf = CpuProfile::FindPerf(); !perf) {
      return "--profile-cpu: " + perf.error().message;
    }
  }
  if (c.open_ended && o.repeat > 1) {
    return "--repeat and --duration forever: expected one of them";
  }
  c.workload.duration = c.warmup + c.duration;
  return "";
}

std::string ComplaintAboutPhases(const std::string& flag, const std::vector<Threshold>& bounds,
                                 const LoadgenOptions& o) {
  const std::size_t phases = o.config.phases.size();
  for (const Threshold& t : bounds) {
    if (t.phase <= phases) continue;
    return flag + ": \"" + t.text + "\": expected " +
           (phases == 0 ? "a --profile, which alone has phases"
                        : "a phase from 1 to " + std::to_string(phases) + " of the --profile");
  }
  return "";
}

double PeakQps(const LoadgenOptions& o) {
  const WorkloadOptions& workload = o.config.workload;
  return workload.profile ? workload.profile->peak_qps() : workload.qps;
}

}  // namespace ringlab
