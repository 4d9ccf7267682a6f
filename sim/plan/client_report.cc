#include "sim/plan/client_report.h"

#include <algorithm>

namespace ringlab {

namespace {

void CountFailure(const Error& error, ClientReport& report) {
  ClientTotals& totals = report.totals;
  if (error.code == Code::kNotFound) {
    ++totals.not_found;
    return;
  }
  if (totals.errors + totals.timeouts == 0) report.first_error = error;
  ++(error.code == Code::kDeadlineExceeded ? totals.timeouts : totals.errors);
}

}  // namespace

std::string CheckIdentities(const ClientTotals& t) {
  const auto text = [](std::uint64_t n) { return std::to_string(n); };
  if (std::string broken = CheckTotals(t); !broken.empty()) return broken;
  if (t.ok != t.level_cache + t.level_peer + t.level_source + t.written) {
    return "ok " + text(t.ok) + " is not level_cache " + text(t.level_cache) + " + level_peer " +
           text(t.level_peer) + " + level_source " + text(t.level_source) + " + written " +
           text(t.written);
  }
  if (t.written > t.writes || t.writes > t.sent) {
    return "written " + text(t.written) + " are more than writes " + text(t.writes) +
           ", or those than sent " + text(t.sent);
  }
  if (t.failovers < t.failed_over || t.wrong_values > t.ok) {
    return "failovers " + text(t.failovers) + " are fewer than failed_over " + text(t.failed_over) +
           ", or wrong_values " + text(t.wrong_values) + " more than ok " + text(t.ok);
  }
  return "";
}

void CountAnswer(const Result<GetReply>& reply, bool wrong, ClientReport& report) {
  ClientTotals& totals = report.totals;
  if (reply) {
    ++totals.ok;
    totals.wrong_values += wrong ? 1 : 0;
    switch (reply->level) {
      case Level::kCache:
      case Level::kHot:
      case Level::kStale:
      case Level::kNegative: ++totals.level_cache; break;
      case Level::kPeer: ++totals.level_peer; break;
      case Level::kSource: ++totals.level_source; break;
    }
    return;
  }
  CountFailure(reply.error(), report);
}

void CountWritten(const Result<void>& reply, ClientReport& report) {
  if (!reply) return CountFailure(reply.error(), report);
  ++report.totals.ok;
  ++report.totals.written;
}

}  // namespace ringlab
