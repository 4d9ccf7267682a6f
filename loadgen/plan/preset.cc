#include "loadgen/plan/preset.h"

#include <algorithm>
#include <array>

#include "core/source/published_sizes.h"

namespace ringlab {

namespace {

constexpr std::array<Preset, 3> kPresets{
    {{.name = "kvcache",
      .zipf_s = 1.0,
      .keys = 250'000,
      .mix = {.get = 0.87983, .set = 0.12017},
      .scan = 0,
      .not_found = 0},
     {.name = "cdn", .zipf_s = 0.7, .keys = 175'000, .mix = {}, .scan = 0.00884, .not_found = 0},
     {.name = "graph",
      .zipf_s = 0.55,
      .keys = 650'000,
      .mix = {},
      .scan = 0.23154,
      .not_found = 0.556}}};

}  // namespace

Result<const Preset*> FindPreset(std::string_view name) {
  const auto found = std::ranges::find(kPresets, name, &Preset::name);
  if (found != kPresets.end()) return &*found;
  return Fail(Code::kInvalidArgument,
              "\"" + std::string(name) + "\": expected kvcache, cdn or graph");
}

void ApplyPreset(const Preset& preset, const IsGiven& is_given, WorkloadOptions& options) {
  options.preset = preset.name;
  if (!is_given("--zipf")) options.zipf_s = preset.zipf_s;
  if (!is_given("--keys")) options.keys = preset.keys;
  if (!is_given("--mix")) options.mix = preset.mix;
  if (!is_given("--key-size")) options.key_sizes.table = FindKeySizes(preset.name);
  const bool may_scan = options.mix.get > 0 && !is_given("--search");
  if (!is_given("--scan") && may_scan) options.scan = preset.scan;
}

std::string PresetSource(const Preset& preset, std::string source) {
  const auto add = [&](const std::string& setting, const std::string& value) {
    if (source.find(setting) != std::string::npos) return;
    source += source.find(':') == std::string::npos ? ":" : source.ends_with(':') ? "" : ",";
    source += setting + value;
  };
  add("size=", std::string(preset.name));
  if (preset.not_found > 0) {
    std::string share = std::to_string(preset.not_found);  // "0.556000"
    share.erase(share.find_last_not_of('0') + 1);
    add("not-found=", share);
  }
  return source;
}

}  // namespace ringlab
