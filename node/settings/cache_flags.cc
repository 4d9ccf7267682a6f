#include "node/settings/cache_flags.h"

#include <CLI/CLI.hpp>
#include <cmath>

#include "node/live/flag_values.h"
#include "node/live/flags.h"

namespace ringlab {

namespace {

// AddFlag, and what was given is noted for the command lines of other nodes.
template <class T, class Parse>
void AddNoted(CLI::App& app, CacheFlags& flags, const std::string& name, T& value, Parse parse,
              const std::string& description, const std::string& metavar,
              const std::string& shown) {
  auto noted = [&flags, name, parse](const std::string& text) {
    auto parsed = parse(text);
    if (parsed) flags.arguments.insert(flags.arguments.end(), {name, text});
    return parsed;
  };
  AddFlag(app, name, value, noted, description, metavar, shown);
}

Result<double> ParseShare(const std::string& text) {
  const auto share = ParseFraction(text);
  if (share && *share >= 0 && *share <= 0.5) return *share;
  return RefuseValue(text, "a fraction from 0 to 0.5, such as 12.5%");
}

Result<double> ParseJitter(const std::string& text) {
  const auto share = ParseFraction(text);
  if (share && *share >= 0 && *share <= 1) return *share;
  return RefuseValue(text, "a fraction from 0 to 1, such as 10%");
}

Result<double> ParseAmount(const std::string& text) {
  const auto amount = ParseNumber(text);
  if (amount && *amount >= 0 && std::isfinite(*amount)) return *amount;
  return RefuseValue(text, "a number from 0 up");
}

Result<HotCopies> ParseHotCopies(const std::string& text) {
  if (text == "off") return HotCopies::kOff;
  if (text == "rate") return HotCopies::kByRate;
  if (text == "random10") return HotCopies::kRandom10;
  return RefuseValue(text, "rate, random10 or off");
}

Result<std::uint32_t> ParseLimit(const std::string& text) {
  return CountBetween(1, 10'000'000)(text).map(
      [](std::uint64_t n) { return static_cast<std::uint32_t>(n); });
}

}  // namespace

void AddCacheFlags(CLI::App& app, CacheFlags& f) {
  GroupOptions& group = f.group;
  LayersOptions& layers = group.layers;
  group.fallback_budget.fraction = 1;  // a third of the misses, when one of three nodes dies
  AddNoted(app, f, "--policy", layers.policy, ParsePolicy,
           "Whom a full cache evicts: lru, lfu, sieve, s3fifo or tinylfu", "POLICY", "lru");
  AddNoted(app, f, "--ttl", layers.ttl, ParseSpan, "Time to live of loaded values; 0 for no end",
           "TIME", "0s");
  AddNoted(app, f, "--ttl-jitter", layers.ttl_jitter, ParseJitter,
           "Values live up to so much shorter, each key its own", "FRACTION", "10%");
  AddNoted(app, f, "--stale", layers.stale_for, ParseSpan,
           "Serve a value so long after its end, while it is reloaded", "TIME", "0s");
  AddNoted(app, f, "--negative-ttl", layers.negative_ttl, ParseSpan,
           "Remember that a key has no value; 0 to ask each time", "TIME", "1s");
  AddNoted(app, f, "--hot", group.hot_copies, ParseHotCopies,
           "Copies of other nodes' hot keys: rate (the owner says which), random10\n"
           "(one reply in ten, as groupcache) or off",
           "WHEN", "rate");
  AddNoted(app, f, "--hot-ttl", layers.hot_ttl, ParsePositiveSpan,
           "No copy is older: the bound on its staleness", "TIME", "1s");
  AddNoted(app, f, "--hot-share", layers.hot_share, ParseShare,
           "Part of a group's memory for copies", "FRACTION", "12.5%");
  AddNoted(app, f, "--hot-minute-qps", group.hot_minute_qps, ParseAmount,
           "A key is hot when peers ask for it so often a minute", "RATE", "600");
  AddNoted(app, f, "--fallback-fraction", group.fallback_budget.fraction, ParseAmount,
           "Loads in a dead owner's place, of all misses", "FRACTION", "1");
}

void AddLimitFlags(CLI::App& app, CacheFlags& f) {
  AddNoted(app, f, "--max-in-flight", f.admission.callers.limit, ParseLimit,
           "Requests of callers at a time; more are turned away", "N", "4096");
  AddNoted(app, f, "--max-peer-in-flight", f.admission.peers.limit, ParseLimit,
           "Requests of peers at a time, likewise", "N", "8192");
  AddNoted(app, f, "--max-key-bytes", f.group.key_bytes_max, BytesBetween(1, Item::kKeyBytesMax),
           "Longer keys are refused", "BYTES", std::to_string(Item::kKeyBytesMax));
  AddNoted(app, f, "--max-batch-bytes", f.group.batch_bytes_max, BytesBetween(1, 1 << 30),
           "Larger answers to a GetMany are refused", "BYTES", "64MiB");
  AddNoted(app, f, "--max-value-bytes", f.group.value_bytes_max, BytesBetween(1, 1 << 30),
           "Larger values cannot be set", "BYTES", "1MiB");
}

}  // namespace ringlab
