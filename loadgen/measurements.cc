#include "loadgen/measurements.h"

#include <algorithm>

#include "core/check.h"

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

std::string CheckIdentities(const Totals& t) {
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

void Latencies::Merge(const Latencies& other) {
  response.Merge(other.response);
  service.Merge(other.service);
  send_lag.Merge(other.send_lag);
}

void Measurements::Merge(const Measurements& other) {
  RL_CHECK(owners.size() == other.owners.size());
  if (totals.errors + totals.timeouts == 0) first_error = other.first_error;
  totals.Add(other.totals);
  latencies.Merge(other.latencies);
  for (std::size_t i = 0; i < owners.size(); ++i) {
    owners[i].requests += other.owners[i].requests;
    owners[i].response.Merge(other.owners[i].response);
  }
  sent_times.insert(sent_times.end(), other.sent_times.begin(), other.sent_times.end());
  last_sent = std::max(last_sent, other.last_sent);
}

}  // namespace ringlab
