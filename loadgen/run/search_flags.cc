#include "loadgen/run/search_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/parse.h"
#include "node/live/flag_values.h"
#include "node/live/flags.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

// A figure that the rate itself is: more of it is no harder to keep.
bool RisesWithTheRate(const Threshold& bound) {
  return !bound.below && (bound.figure == "achieved_qps" || bound.figure == "goodput_qps");
}

Result<Threshold> ParseSearchBound(const std::string& text) {
  auto bound = ParseThreshold(text);
  if (bound && RisesWithTheRate(*bound)) {
    return RefuseValue(text, "a bound that is harder to keep at a higher rate, such as p99<5ms");
  }
  if (bound && bound->phase > 0) {
    return RefuseValue(text, "a bound of whole probes, such as p99<5ms: they have no phases");
  }
  return bound;
}

Result<RateRange> ParseSearchRange(const std::string& text) { return ParseRateRange(text); }

// What a probe is, or a search does by itself.
std::string RefuseInSearch(const CLI::App& app) {
  constexpr std::pair<const char*, const char*> kOthers[] = {
      {"--qps", "a search finds the rate; expected --search-range"},
      {"--duration", "expected --search-probe and --search-confirm"},
      {"--requests", "expected --search-probe and --search-confirm"},
      {"--abort-on", "expected one of them: a search ends by itself"},
      {"--profile", "expected one of them: a probe is at one rate"},
      {"--scan",
       "expected one of them: every probe sends the same plan, so that no key would be "
       "new to the next"}};
  for (const auto& [flag, why] : kOthers) {
    if (app.count(flag) > 0) return std::string(flag) + " and --search: " + why;
  }
  return "";
}

// The lowest rate has to tell every percentile within kProbeLongest.
std::string ComplaintAboutLowest(const SearchSpec& search) {
  for (const Threshold& bound : search.bounds) {
    const Duration tells = TimeToTell({bound}, search.range.low);
    if (tells <= std::max({search.probe, kProbeLongest})) continue;
    return "--search-range: \"" + Format("%.6g..%.6g", search.range.low, search.range.high) +
           "\": at " + Format("%.6g", search.range.low) + "/s " + bound.text + " takes " +
           FormatDuration(tells) + " to tell; expected a lowest rate of " +
           Format("%.0f", std::ceil(search.range.low * Seconds(tells) / Seconds(kProbeLongest))) +
           " or more, or --search-probe " + Format("%.0fs", std::ceil(Seconds(tells)));
  }
  return "";
}

}  // namespace

void AddSearchFlags(CLI::App& app, SearchSpec& search) {
  app.add_option_function<std::vector<std::string>>(
         "--search",
         [&search](const std::vector<std::string>& texts) {
           for (const std::string& text : texts) {
             auto bound = ParseSearchBound(text);
             if (!bound) throw CLI::ValidationError("--search", bound.error().message);
             search.bounds.push_back(*std::move(bound));
           }
         },
         "Find the highest rate at which it holds, such as p99<5ms, instead of\n"
         "one run at --qps; repeatable: all hold. Bounds are those of --threshold")
      ->type_name("BOUND")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  AddFlag(app, "--search-range", search.range, ParseSearchRange,
          "Rates to search, lowest and highest", "LOW..HIGH", "1k..1M");
  AddFlag(app, "--search-probe", search.probe, ParsePositiveSpan,
          "Time to measure at each rate, or more where a percentile needs it", "TIME", "5s");
  AddFlag(app, "--search-confirm", search.confirm, ParsePositiveSpan,
          "Time to measure at the rate that was found", "TIME", "30s");
}

std::string CompleteSearch(const CLI::App& app, LoadgenOptions& o) {
  if (!o.searches()) {
    for (const char* flag : {"--search-range", "--search-probe", "--search-confirm"}) {
      if (app.count(flag) > 0) return std::string(flag) + ": expected --search with it";
    }
    return "";
  }
  if (std::string wrong = RefuseInSearch(app); !wrong.empty()) return wrong;
  if (std::string wrong = ComplaintAboutLowest(o.search); !wrong.empty()) return wrong;
  o.search.failures_accepted = o.config.failures_accepted;
  // What a probe has written is there when the next one begins.
  if (o.config.workload.mix.HasWrites()) o.config.sole_writer = false;
  return "";
}

}  // namespace ringlab
