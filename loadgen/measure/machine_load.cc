#include "loadgen/measure/machine_load.h"

#include <algorithm>
#include <array>

#include "core/base/parse.h"

namespace ringlab {

// "cpu  USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ STEAL …": what follows is in the first two
// already.
MachineTicks ParseMachineTicks(std::string_view text) {
  constexpr std::string_view kAllCores = "cpu ";
  std::array<std::uint64_t, 8> fields{};
  if (!text.starts_with(kAllCores)) return {};
  text = text.substr(kAllCores.size(), text.find('\n') - kAllCores.size());
  std::size_t found = 0;
  for (const std::string_view word : SplitAt(text, ' ')) {
    const auto ticks = ParseCount(word);
    if (!ticks) continue;  // two spaces stand after "cpu"
    fields[found++] = *ticks;
    if (found == fields.size()) break;
  }
  if (found < fields.size()) return {};
  const auto [user, nice, system, idle, iowait, irq, softirq, steal] = fields;
  const std::uint64_t programs = user + nice + system;
  return {.all = programs + idle + iowait + irq + softirq + steal,
          .idle = idle + iowait,
          .programs = programs};
}

std::optional<MachineLoad> LoadBetween(const MachineTicks& before, const MachineTicks& after,
                                       Duration ours, std::uint64_t ticks_a_second) {
  // The kernel lets the count of waiting fall now and then.
  constexpr std::uint64_t kTicksMin = 40;  // fewer, of whole programs, would be no shares
  if (before.all == 0 || after.all < before.all + kTicksMin || after.programs < before.programs) {
    return std::nullopt;
  }
  const auto all = static_cast<double>(after.all - before.all);
  const double programs = static_cast<double>(after.programs - before.programs);
  const double idle = after.idle < before.idle ? 0 : static_cast<double>(after.idle - before.idle);
  const double own = Seconds(ours) * static_cast<double>(ticks_a_second);
  return MachineLoad{.others_share = std::clamp((programs - own) / all, 0.0, 1.0),
                     .idle_share = std::clamp(idle / all, 0.0, 1.0)};
}

}  // namespace ringlab
