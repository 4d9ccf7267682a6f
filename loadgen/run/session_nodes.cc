// What the nodes counted during a session, beside what their callers saw.
#include <algorithm>
#include <utility>

#include "loadgen/judge/cache_result.h"
#include "loadgen/plan/expected_shares.h"
#include "loadgen/run/session.h"

namespace ringlab {

// The Gets that reached a node, from callers and from other nodes.
std::optional<std::uint64_t> Session::GetsBetween(const Result<NodeStats>& before,
                                                  const Result<NodeStats>& after) const {
  if (!before || !after) return std::nullopt;
  const GroupStats* const b = FindGroup(*before, options_.config.driver.group);
  const GroupStats* const a = FindGroup(*after, options_.config.driver.group);
  if (b == nullptr || a == nullptr || a->gets < b->gets) return std::nullopt;
  return a->gets - b->gets;
}

void Session::FillNodes(const AllStats& before, const AllStats& after, Duration took,
                        RunResult& run) const {
  const std::vector<double> arcs = ring_->Shares();
  std::string key;
  std::vector<double> expected =
      ExpectedShares(plan_.zipf(), plan_.scatter(), arcs, [&](std::uint64_t key_index) {
        key.clear();
        AppendKey(key_index, options_.config.driver.key_sizes, key);
        return ring_->OwnerOf(key);
      });
  // Of a trace's keys nobody knows beforehand how popular they are.
  const double scanned = options_.config.trace ? 1 : options_.config.workload.scanned();
  for (std::size_t i = 0; i < arcs.size(); ++i) {  // scanned keys fall where the arcs say
    expected[i] += scanned * (arcs[i] - expected[i]);
  }
  std::vector<double> requests;
  for (const OwnerMeasurements& owned : run.measured.owners) {
    requests.push_back(static_cast<double>(owned.requests));
  }
  run.balance = MeasureBalance(requests);
  const std::vector<double> measured = SharesOf(requests);

  for (std::size_t i = 0; i < cluster_.peers().size(); ++i) {
    const Peer& peer = cluster_.peers()[i];
    const NodeIndex at = ring_->IndexOf(peer.name);
    NodeResult node{
        .name = peer.name,
        .address = peer.address,
        .arc_share = arcs[at],
        .expected_share = expected[at],
        .owned = run.measured.owners[at],
        .asked = (run.measured.asked.empty() ? run.measured.owners : run.measured.asked)[at]};
    if (!measured.empty()) node.measured_share = measured[at];
    node.gets = GetsBetween(before[i], after[i]);
    if (cluster_.separate() && before[i] && after[i] && took > Duration::zero()) {
      node.cpu_cores = Seconds(after[i]->process.cpu - before[i]->process.cpu) / Seconds(took);
      node.resident_bytes = after[i]->process.resident_bytes;
    }
    run.nodes.push_back(std::move(node));
  }
  for (const auto& [cell, failed] : run.measured.failures.cells()) {
    run.failures.push_back(
        {.code = cell.first, .node = ring_->nodes()[cell.second], .requests = failed});
  }
}

void Session::FillPopularity(RunResult& run) const {
  if (options_.config.trace) return;
  run.popularity = MeasurePopularity(
      plan_.zipf(), plan_.scatter(), run.measured.ranks, 1 - options_.config.workload.scanned(),
      [&](const std::string& key) { return ring_->nodes()[ring_->OwnerOf(key)]; },
      options_.config.driver.key_sizes);
}

void Session::FillCache(const AllStats& before, const AllStats& after, RunResult& run) const {
  CacheTally tally(options_.config.driver.group);
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (!before[i] || !after[i]) {
      const Error& error = before[i] ? after[i].error() : before[i].error();
      run.cache_missing += (run.cache_missing.empty() ? "" : "; ") + cluster_.peers()[i].name +
                           (error.code == Code::kUnimplemented ? " tells no counts"
                            : before[i]                        ? " could not be asked after the run"
                                        : " could not be asked before the run") +
                           " (" + std::string(CodeName(error.code)) + " " + error.message + ")";
      continue;
    }
    std::string broken = tally.Add(*before[i], *after[i]);
    if (broken.empty()) continue;
    if (run.interrupted) {  // its counts add up when it has come to rest, which nobody waited for
      run.cache_missing += (run.cache_missing.empty() ? "" : "; ") + cluster_.peers()[i].name +
                           " was still at work when the run was ended";
    } else {
      run.problems.push_back("node " + cluster_.peers()[i].name + ": " + broken);
    }
  }
  if (run.cache_missing.empty()) run.cache = tally.result();  // else a sum would mislead
}

// Targets that answered before the run and are not there after it. Of nodes that we started the
// cluster knows better.
void Session::FillGone(const AllStats& before, const AllStats& after, RunResult& run) const {
  if (options_.targets.empty()) return;
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (!before[i]) continue;
    const std::string who = "target " + cluster_.peers()[i].name;
    if (!after[i]) {
      // Who ended the run did not wait long for the answer.
      if (run.interrupted && after[i].error().code != Code::kUnavailable) continue;
      run.gone.push_back(who + " went: " + after[i].error().message);
    } else if (after[i]->process.pid != before[i]->process.pid) {
      run.gone.push_back(who + " was restarted");
    }
  }
}

// Every second, from as many nodes as that costs nothing of; in a run of hours less often, so that
// it does not fill the memory. A node that does not answer soon is not waited for: what the others
// counted would look like a fall.
void Session::ReadNodes(TimePoint start) {
  constexpr Duration kPatience = std::chrono::milliseconds(500);
  constexpr std::size_t kNodesMax = 64;
  const TimePoint now = TimerThread::SteadyNow();
  const bool due =
      readings_.empty() || (now - start) / read_every_ > readings_.back().at / read_every_;
  if (!due || cluster_.peers().size() > kNodesMax) return;
  NodeReading reading;
  for (const Result<NodeStats>& node : AskAll(kPatience)) {
    const GroupStats* const group = node ? FindGroup(*node, options_.config.driver.group) : nullptr;
    if (group == nullptr) return;
    reading.gets += group->gets - group->gets_from_peers;
    reading.hits += group->hits + group->late_hits;
    reading.source_loads += group->source_loads;
    reading.nodes.push_back({.gets = group->gets,
                             .source_loads = group->source_loads,
                             .cpu = node->process.cpu,
                             .resident_bytes = node->process.resident_bytes});
  }
  if (reading.nodes.size() > kNodesToldMax) reading.nodes.clear();
  reading.at = TimerThread::SteadyNow() - start;
  readings_.push_back(reading);
  if (readings_.size() < kReadingsMax) return;
  Thin(readings_);
  read_every_ *= 2;
}

}  // namespace ringlab
