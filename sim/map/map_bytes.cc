// The outcome of a cell as bytes.
#include <array>

#include "sim/jobs/bytes.h"
#include "sim/map/map_cell.h"

namespace ringlab {

namespace {

// Every figure in one order, for both directions.
template <class Outcome>
auto CountsIn(Outcome& o) {
  return std::array{&o.requests, &o.answered, &o.calls, &o.source_loads, &o.events, &o.hash};
}

template <class Outcome>
auto AmountsIn(Outcome& o) {
  return std::array{&o.qps,           &o.goodput_before,   &o.goodput_low,
                    &o.goodput_end,   &o.hit_ratio_before, &o.hit_ratio_low,
                    &o.hit_ratio_end, &o.watched_s};
}

}  // namespace

std::string ToBytes(const Result<MapOutcome>& outcome) {
  ByteWriter bytes;
  bytes.Add(outcome ? 1 : 0);
  if (!outcome) {
    bytes.Add(static_cast<std::uint64_t>(outcome.error().code));
    bytes.AddText(outcome.error().message);
    return std::move(bytes).Take();
  }
  bytes.Add(outcome->was_well ? 1 : 0);
  bytes.Add(outcome->recovery_s ? 1 : 0);
  bytes.Add(outcome->recovery_s.value_or(0));
  for (const std::uint64_t* count : CountsIn(*outcome)) bytes.Add(*count);
  for (const double* amount : AmountsIn(*outcome)) bytes.AddDouble(*amount);
  return std::move(bytes).Take();
}

bool ReadMapOutcome(std::string_view text, Result<MapOutcome>& outcome) {
  ByteReader bytes(text);
  if (bytes.Number() == 0) {
    const auto code = static_cast<Code>(bytes.Number());
    outcome = Fail(code, std::string(bytes.Text()));
    return bytes.IsWhole();
  }
  MapOutcome read;
  read.was_well = bytes.Number() != 0;
  const bool is_back = bytes.Number() != 0;
  const std::uint64_t recovery_s = bytes.Number();
  if (is_back) read.recovery_s = recovery_s;
  for (std::uint64_t* const count : CountsIn(read)) *count = bytes.Number();
  for (double* const amount : AmountsIn(read)) *amount = bytes.Double();
  outcome = read;
  return bytes.IsWhole();
}

}  // namespace ringlab
