#include "core/source/synthetic_source.h"

#include <cmath>
#include <new>
#include <string>
#include <utility>

#include "core/base/hash.h"
#include "core/base/parse.h"
#include "core/source/published_sizes.h"
#include "core/source/synthetic_value.h"

namespace ringlab {

namespace {

// One seed per decision, so that a key's size says nothing about whether it exists.
constexpr std::uint64_t kSizeSeed = 1;
constexpr std::uint64_t kExistsSeed = 2;

// Uniform in [0, 1).
double Unit(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

// Takes a result's value into `field`, or its error out with the setting's name in front.
template <class T, class Field>
bool Take(const Result<T>& parsed, std::string_view name, Field& field, Error& error) {
  if (parsed) {
    field = static_cast<Field>(*parsed);
    return true;
  }
  error = {parsed.error().code, std::string(name) + "=" + parsed.error().message};
  return false;
}

bool TakeSizes(std::string_view text, SyntheticSpec& spec, Error& error) {
  spec.sizes = FindValueSizes(text);
  if (spec.sizes != nullptr) {
    spec.size_min = spec.sizes->min();
    spec.size_max = spec.sizes->max();
    return true;
  }
  const auto [low, high] = SplitOnce(text, '-');
  const auto min = ParseBytes(low);
  const auto max = ParseBytes(high.empty() ? low : high);
  if (min && max && *min <= *max && *max <= kSyntheticSizeMax) {
    spec.size_min = *min;
    spec.size_max = *max;
    return true;
  }
  error = {Code::kInvalidArgument, "size=\"" + std::string(text) +
                                       "\": expected SIZE or LOW-HIGH with LOW <= HIGH, up to " +
                                       FormatBytes(kSyntheticSizeMax) + ", or " +
                                       PublishedSizeNames()};
  return false;
}

bool TakeLatency(std::string_view text, SyntheticSpec& spec, Error& error) {
  spec.exponential = text.starts_with("exp:");
  if (spec.exponential) text.remove_prefix(4);
  return Take(ParseDuration(text), "latency", spec.latency, error);
}

bool TakeSetting(std::string_view setting, SyntheticSpec& spec, Error& error) {
  const auto [name, text] = SplitOnce(setting, '=');
  if (name == "size") return TakeSizes(text, spec, error);
  if (name == "sizes" && !text.empty()) {
    spec.index_file = text;
    return true;
  }
  if (name == "latency") return TakeLatency(text, spec, error);
  if (name == "not-found") return Take(ParseFraction(text), name, spec.not_found, error);
  if (name == "error") return Take(ParseFraction(text), name, spec.error, error);
  if (name == "version") {
    if (!Take(ParseCount(text), name, spec.version, error)) return false;
    if (spec.version < kSyntheticVersions) return true;
    error = {Code::kInvalidArgument, "version=" + std::string(text) + ": expected less than 2^32"};
    return false;
  }
  error = {Code::kInvalidArgument,
           "\"" + std::string(setting) +
               "\": expected a list of size=BYTES, sizes=FILE, latency=TIME, "
               "not-found=FRACTION, error=FRACTION, version=N"};
  return false;
}

}  // namespace

Result<SyntheticSpec> ParseSyntheticSpec(std::string_view text) {
  SyntheticSpec spec;
  Error error{};
  for (const std::string_view setting : SplitAt(text, ',')) {
    if (!TakeSetting(setting, spec, error)) return tl::unexpected<Error>(error);
  }
  return spec;
}

std::size_t SyntheticSize(const SyntheticSpec& spec, std::string_view key) {
  if (spec.index != nullptr) {
    if (const auto size = spec.index->Of(key)) return *size;
  }
  if (spec.sizes != nullptr) return spec.sizes->At(Unit(HashXx64(key, kSizeSeed)));
  return spec.size_min + HashXx64(key, kSizeSeed) % (spec.size_max - spec.size_min + 1);
}

bool SyntheticExists(const SyntheticSpec& spec, std::string_view key) {
  return Unit(HashXx64(key, kExistsSeed)) >= spec.not_found;
}

SyntheticSource::SyntheticSource(SyntheticSpec spec, std::uint64_t seed, Scheduler& scheduler)
    : spec_(std::move(spec)), seed_(seed), scheduler_(scheduler) {}

void SyntheticSource::Load(std::string_view key, LoadCallback done) {
  const std::uint64_t draw = Mix64(seed_ + loads_.fetch_add(1, std::memory_order_relaxed));
  if (spec_.latency == Duration::zero()) return done(Answer(key, draw));
  const double stretch = spec_.exponential ? -std::log(1 - Unit(Mix64(draw))) : 1.0;
  const Duration latency(std::llround(static_cast<double>(spec_.latency.count()) * stretch));
  scheduler_.RunAt(
      SaturatingAdd(scheduler_.Now(), latency),
      [this, key, draw, done = std::move(done)]() mutable { done(Answer(key, draw)); });
}

Result<Value> SyntheticSource::Answer(std::string_view key, std::uint64_t draw) const {
  if (Unit(draw) < spec_.error) {
    return Fail(Code::kUnavailable,
                "load \"" + std::string(key) + "\" from the synthetic source: injected failure");
  }
  if (!SyntheticExists(spec_, key)) {
    return Fail(Code::kNotFound, "no value for key \"" + std::string(key) + "\"");
  }
  try {
    return MakeSyntheticValue(key, spec_.version, SyntheticSize(spec_, key));
  } catch (const std::bad_alloc&) {  // of a value as large as it may be
    return Fail(Code::kResourceExhausted,
                "load \"" + std::string(key) + "\": no memory for its value");
  }
}

}  // namespace ringlab
