#include "sim/virtual/swarm_bytes.h"

#include <array>

#include "sim/jobs/bytes.h"

namespace ringlab {

namespace {

// Every number in one order, for both directions.
template <class Outcome>
auto NumbersOf(Outcome& o) {
  return std::array{&o.seed, &o.hash, &o.events, &o.requests, &o.answered, &o.compared, &o.failed};
}

Duration ReadDuration(ByteReader& bytes) {
  return Duration(static_cast<Duration::rep>(bytes.Number()));
}

}  // namespace

std::string ToBytes(const Result<SwarmOutcome>& outcome) {
  ByteWriter bytes;
  bytes.Add(outcome ? 1 : 0);
  if (!outcome) {
    bytes.Add(static_cast<std::uint64_t>(outcome.error().code));
    bytes.AddText(outcome.error().message);
    return std::move(bytes).Take();
  }
  for (const std::uint64_t* number : NumbersOf(*outcome)) bytes.Add(*number);
  bytes.Add(static_cast<std::uint64_t>(outcome->virtual_time.count()));
  for (const std::uint64_t faults : outcome->faults) bytes.Add(faults);
  bytes.Add(outcome->traffic.size());
  for (const VirtualNetwork::Traffic& kind : outcome->traffic) {
    bytes.AddText(kind.kind);
    bytes.Add(kind.sent);
    bytes.Add(kind.arrived);
  }
  bytes.Add(outcome->findings.size());
  for (const SwarmFinding& finding : outcome->findings) {
    bytes.AddText(finding.invariant);
    bytes.AddText(finding.what);
    bytes.Add(static_cast<std::uint64_t>(finding.at.count()));
  }
  return std::move(bytes).Take();
}

bool ReadSwarmOutcome(std::string_view text, Result<SwarmOutcome>& outcome) {
  ByteReader bytes(text);
  if (bytes.Number() == 0) {
    const auto code = static_cast<Code>(bytes.Number());
    outcome = Fail(code, std::string(bytes.Text()));
    return bytes.IsWhole();
  }
  SwarmOutcome read;
  for (std::uint64_t* const number : NumbersOf(read)) *number = bytes.Number();
  read.virtual_time = ReadDuration(bytes);
  for (std::uint64_t& faults : read.faults) faults = bytes.Number();
  read.traffic.resize(bytes.Count());
  for (VirtualNetwork::Traffic& kind : read.traffic) {
    kind.kind = bytes.Text();
    kind.sent = bytes.Number();
    kind.arrived = bytes.Number();
  }
  read.findings.resize(bytes.Count());
  for (SwarmFinding& finding : read.findings) {
    finding.invariant = bytes.Text();
    finding.what = bytes.Text();
    finding.at = ReadDuration(bytes);
  }
  outcome = std::move(read);
  return bytes.IsWhole();
}

}  // namespace ringlab
