#include "loadgen/measure/phase_parts.h"

#include <algorithm>

namespace ringlab {

PhaseParts::PhaseParts(const Phase& phase)
    : start_(phase.start), ends_(phase.part_ends), parts_(phase.parts()) {}

PartMeasurements& PhaseParts::PartOf(const SentRequest& request) {
  const auto after = std::ranges::upper_bound(*ends_, request.intended - start_);
  const auto part = static_cast<std::size_t>(after - ends_->begin());
  return parts_[std::min(part, parts_.size() - 1)];
}

void PhaseParts::Begin(const SentRequest& request, bool sent) {
  if (parts_.empty()) return;
  Totals& totals = PartOf(request).totals;
  ++totals.scheduled;
  ++(sent ? totals.sent : totals.skipped);
}

void PhaseParts::End(const SentRequest& request, std::uint64_t Totals::* ended, Duration response,
                     Duration service) {
  if (parts_.empty()) return;
  PartMeasurements& part = PartOf(request);
  ++(part.totals.*ended);
  part.latencies.Record(IsFailure(ended), response, service);
}

void PhaseParts::GiveUp(std::uint64_t Totals::* ended, Duration waited) {
  for (PartMeasurements& part : parts_) {
    const std::uint64_t open = part.totals.Open();
    part.totals.*ended += open;
    part.latencies.GiveUp(open, waited);
  }
}

}  // namespace ringlab
