#include "sim/sweep/measured_bytes.h"

#include <array>
#include <utility>

#include "sim/jobs/bytes.h"

namespace ringlab {

namespace {

// Every figure in one order, for both directions.
template <class Stats>
auto FiguresOf(Stats& stats) {
  return std::array{&stats.peak_to_mean, &stats.min_to_mean, &stats.cv, &stats.gini, &stats.jain};
}

template <class Expected>
auto NumbersOf(Expected& expected) {
  return std::array{&expected.peak, &expected.min, &expected.cv, &expected.gini};
}

template <class Expected>
auto BandsOf(Expected& expected) {
  return std::array{&expected.peak_band, &expected.min_band, &expected.cv_band,
                    &expected.node_band};
}

void AddBalance(const BalanceStats& stats, ByteWriter& bytes) {
  for (const double* figure : FiguresOf(stats)) bytes.AddDouble(*figure);
}

BalanceStats ReadBalance(ByteReader& bytes) {
  BalanceStats stats;
  for (double* const figure : FiguresOf(stats)) *figure = bytes.Double();
  return stats;
}

void AddExpectation(const Expectation& expected, ByteWriter& bytes) {
  bytes.AddText(expected.model);
  for (const auto* number : NumbersOf(expected)) {
    bytes.Add(number->has_value() ? 1 : 0);
    if (*number) bytes.AddDouble(**number);
  }
  for (const auto* band : BandsOf(expected)) {
    bytes.Add(band->has_value() ? 1 : 0);
    if (!*band) continue;
    bytes.AddDouble((*band)->low);
    bytes.AddDouble((*band)->high);
  }
}

Expectation ReadExpectation(ByteReader& bytes) {
  Expectation expected;
  expected.model = bytes.Text();
  for (auto* const number : NumbersOf(expected)) {
    if (bytes.Number() != 0) *number = bytes.Double();
  }
  for (auto* const band : BandsOf(expected)) {
    if (bytes.Number() == 0) continue;
    const double low = bytes.Double();
    *band = Band{.low = low, .high = bytes.Double()};
  }
  return expected;
}

}  // namespace

std::string ToBytes(const SweepMeasured& measured) {
  ByteWriter bytes;
  bytes.Add(measured.failed ? static_cast<std::uint64_t>(measured.failed->code) : 0);
  if (measured.failed) bytes.AddText(measured.failed->message);
  bytes.Add(measured.samples.size());
  for (const SweepSample& sample : measured.samples) {
    AddBalance(sample.ring, bytes);
    AddBalance(sample.load, bytes);
  }
  bytes.Add(measured.expected ? 1 : 0);
  if (measured.expected) AddExpectation(*measured.expected, bytes);
  return std::move(bytes).Take();
}

Result<SweepMeasured> ReadMeasured(std::string_view text) {
  ByteReader bytes(text);
  SweepMeasured measured;
  const std::uint64_t code = bytes.Number();
  if (code != 0) measured.failed = {static_cast<Code>(code), std::string(bytes.Text())};
  const std::uint64_t samples = bytes.Count();
  for (std::uint64_t i = 0; i < samples; ++i) {
    const BalanceStats ring = ReadBalance(bytes);
    measured.samples.push_back({.ring = ring, .load = ReadBalance(bytes)});
  }
  if (bytes.Number() != 0) measured.expected = ReadExpectation(bytes);
  if (bytes.IsWhole() && code <= static_cast<std::uint64_t>(Code::kUnauthenticated)) {
    return measured;
  }
  return Fail(Code::kDataLoss, "what a job of a sweep found is cut, or nothing of the kind");
}

}  // namespace ringlab
