#include "loadgen/run/shard_flags.h"

#include <CLI/CLI.hpp>
#include <optional>

#include "core/base/parse.h"
#include "node/live/flags.h"
#include "node/live/unix_time.h"

namespace ringlab {

namespace {

Result<Shard> ParseShardFlag(const std::string& text) { return ParseShard(text); }

Result<std::optional<Duration>> ParseStart(const std::string& text) { return ParseMoment(text); }

}  // namespace

void AddShardFlags(CLI::App& app, RunConfig& config) {
  AddFlag(app, "--shard", config.shard, ParseShardFlag,
          "Send shard I of the plan's N, from 0 on: every N-th request. The others\n"
          "are sent by other loadgens with the same flags, on machines of their\n"
          "own; results merge makes one result of theirs. With --start-at",
          "I/N");
  AddFlag(app, "--start-at", config.start_at, ParseStart,
          "Begin then: 2026-12-01T09:30:00Z, or seconds since 1970", "TIME");
}

std::string ComplaintAboutShard(const CLI::App& app, const LoadgenOptions& o) {
  const RunConfig& c = o.config;
  const std::string flag = "--shard: \"" + c.shard.ToString() + "\": ";
  if (app.count("--shard") > 0 && !c.start_at) {
    return flag + "expected --start-at TIME with it, so that all shards begin together";
  }
  if (!c.shard.is_whole() && o.targets.empty()) {
    return flag +
           "expected --targets or --etcd with it: shards drive nodes that run, and start none";
  }
  if (!c.shard.is_whole() && o.fill) {
    return flag + "--source-fill: expected one run to fill the table before the shards begin";
  }
  if (c.shard.is_whole() && !c.start_at) return "";
  if (o.searches()) {
    return "--search: expected no part of a plan that others send too (--shard, --start-at): each "
           "probe is a plan of its own";
  }
  if (c.open_ended || !o.abort_rules.empty()) {
    return std::string(c.open_ended ? "--duration: \"forever\"" : "--abort-on") +
           ": expected no part of a plan that others send too (--shard, --start-at, or ranks of "
           "MPI): they would go on";
  }
  if (!c.start_at) return "";
  constexpr Duration kAheadMax = std::chrono::hours(24);
  const Duration ahead = *c.start_at - Duration(UnixNowNs());
  const std::string at = "--start-at: \"" + MomentText(*c.start_at) + "\": ";
  if (ahead <= Duration::zero()) {
    return at + "it is over, by this machine's clock by " + FormatDuration(-ahead) +
           "; expected a time to come";
  }
  if (ahead > kAheadMax) return at + "expected a time within 24 hours from now";
  return "";
}

}  // namespace ringlab
