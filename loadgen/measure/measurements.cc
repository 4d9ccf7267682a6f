#include "loadgen/measure/measurements.h"

#include <algorithm>

#include "core/base/check.h"

namespace ringlab {

void Totals::Add(const Totals& other) {
  scheduled += other.scheduled;
  sent += other.sent;
  skipped += other.skipped;
  ok += other.ok;
  not_found += other.not_found;
  errors += other.errors;
  timeouts += other.timeouts;
  wrong_values += other.wrong_values;
}

void KeyTotals::Add(const KeyTotals& other) {
  asked += other.asked;
  ok += other.ok;
  not_found += other.not_found;
  failed += other.failed;
}

void Staleness::Merge(const Staleness& other) {
  reads += other.reads;
  stale += other.stale;
  own_stale += other.own_stale;
  reverted += other.reverted;
  untold += other.untold;
  age.Merge(other.age);
}

void Latencies::Record(bool has_failed, Duration response_time, Duration service_time) {
  send_lag.Record((response_time - service_time).count());
  if (has_failed) return failed.Record(response_time.count());
  response.Record(response_time.count());
  service.Record(service_time.count());
}

void Latencies::GiveUp(std::uint64_t requests, Duration waited) {
  send_lag.RecordMany(waited.count(), requests);
  failed.RecordMany(waited.count(), requests);
}

void Latencies::Merge(const Latencies& other) {
  response.Merge(other.response);
  service.Merge(other.service);
  send_lag.Merge(other.send_lag);
  failed.Merge(other.failed);
}

void PartMeasurements::Merge(const PartMeasurements& other) {
  totals.Add(other.totals);
  latencies.Merge(other.latencies);
}

void OwnerMeasurements::Merge(const OwnerMeasurements& other) {
  requests += other.requests;
  failed += other.failed;
  response.Merge(other.response);
}

void Measurements::Merge(const Measurements& other) {
  RL_CHECK(owners.size() == other.owners.size());
  if (!has_error()) first_error = other.first_error;
  totals.Add(other.totals);
  failures.Merge(other.failures);
  keys.Add(other.keys);
  latencies.Merge(other.latencies);
  for (std::size_t i = 0; i < kOperations; ++i) {
    operations[i].requests += other.operations[i].requests;
    operations[i].failed += other.operations[i].failed;
    operations[i].service.Merge(other.operations[i].service);
  }
  for (std::size_t i = 0; i < kLevels; ++i) levels[i].Merge(other.levels[i]);
  staleness.Merge(other.staleness);
  for (std::size_t i = 0; i < owners.size(); ++i) {
    owners[i].Merge(other.owners[i]);
  }
  asked.resize(std::max(asked.size(), other.asked.size()));
  for (std::size_t i = 0; i < other.asked.size(); ++i) asked[i].Merge(other.asked[i]);
  parts.resize(std::max(parts.size(), other.parts.size()));
  for (std::size_t i = 0; i < other.parts.size(); ++i) parts[i].Merge(other.parts[i]);
  series.Merge(other.series);
  breakdown.Merge(other.breakdown);
  in_flight.Merge(other.in_flight);
  ranks.Merge(other.ranks);
  sent_times.insert(sent_times.end(), other.sent_times.begin(), other.sent_times.end());
  last_sent = std::max(last_sent, other.last_sent);
}

void Measurements::SumUp() {
  latencies.response.Reset();
  for (const OwnerMeasurements& owner : owners) {
    if (owner.Answered() > 0) latencies.response.Merge(owner.response);
  }
  latencies.service.Reset();
  for (const OperationMeasurements& operation : operations) {
    if (operation.Answered() > 0) latencies.service.Merge(operation.service);
  }
}

std::string CheckTotals(const Totals& t) {
  const auto text = [](std::uint64_t n) { return std::to_string(n); };
  if (t.scheduled != t.sent + t.skipped) {
    return "scheduled " + text(t.scheduled) + " is not sent " + text(t.sent) + " + skipped " +
           text(t.skipped);
  }
  if (t.sent != t.ok + t.not_found + t.errors + t.timeouts) {
    return "sent " + text(t.sent) + " is not ok " + text(t.ok) + " + not_found " +
           text(t.not_found) + " + errors " + text(t.errors) + " + timeouts " + text(t.timeouts);
  }
  return "";
}

namespace {

std::string CheckParts(const Measurements& measured) {
  if (measured.parts.empty()) return "";
  Totals sum;
  for (const PartMeasurements& part : measured.parts) {
    if (std::string broken = CheckTotals(part.totals); !broken.empty()) {
      return "in a part of the phase, " + broken;
    }
    sum.Add(part.totals);
  }
  sum.wrong_values = measured.totals.wrong_values;
  return sum == measured.totals ? "" : "the totals are not the sums over the parts of the phase";
}

}  // namespace

std::string CheckIdentities(const Measurements& measured) {
  const auto text = [](std::uint64_t n) { return std::to_string(n); };
  const Totals& t = measured.totals;
  if (std::string broken = CheckTotals(t); !broken.empty()) return broken;
  if (t.errors + t.timeouts != measured.failures.total()) {
    return "errors " + text(t.errors) + " + timeouts " + text(t.timeouts) +
           " are not the failures' " + text(measured.failures.total());
  }
  const auto requests = [&](Operation o) { return measured.of(o).requests; };
  const std::uint64_t gets = requests(Operation::kGet);
  const std::uint64_t sets = requests(Operation::kSet);
  const std::uint64_t removes = requests(Operation::kRemove);
  if (t.sent != gets + sets + removes) {
    return "sent " + text(t.sent) + " is not gets " + text(gets) + " + sets " + text(sets) +
           " + removes " + text(removes);
  }
  const KeyTotals& k = measured.keys;
  if (k.asked != k.ok + k.not_found + k.failed) {
    return "keys asked " + text(k.asked) + " is not ok " + text(k.ok) + " + not_found " +
           text(k.not_found) + " + failed " + text(k.failed);
  }
  std::uint64_t answered = 0;
  for (const Histogram& level : measured.levels) answered += level.count();
  if (k.ok != answered) {
    return "keys ok " + text(k.ok) + " is not the levels' " + text(answered);
  }
  const Staleness& s = measured.staleness;
  if (s.stale + s.reverted + s.untold > s.reads || s.own_stale > s.stale) {
    return "reads judged " + text(s.reads) + " are fewer than stale " + text(s.stale) + " (own " +
           text(s.own_stale) + ") + reverted " + text(s.reverted) + " + untold " + text(s.untold);
  }
  if (std::string broken = CheckParts(measured); !broken.empty()) return broken;
  return CheckSeries(measured);
}

}  // namespace ringlab
