#include "node/front/metrics.h"

#include <prometheus/text_serializer.h>

#include <chrono>
#include <limits>
#include <sstream>
#include <utility>

#include "node/front/group_metrics.h"
#include "node/front/utf8.h"
#include "node/node.h"
#include "node/security/security.h"

namespace ringlab {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;
using Families = std::vector<MetricFamily>;

double InSeconds(Duration time) { return std::chrono::duration<double>(time).count(); }

// A sample in the last family, which is begun if it has another name.
ClientMetric& Sample(Families& families, const char* name, const char* help, MetricType type,
                     Labels labels) {
  if (families.empty() || families.back().name != name) {
    families.push_back({.name = name, .help = help, .type = type, .metric = {}});
  }
  ClientMetric& sample = families.back().metric.emplace_back();
  for (ClientMetric::Label& label : labels) label.value = AsUtf8(label.value);
  sample.label = std::move(labels);
  return sample;
}

template <class Number>
void Count(Families& families, const char* name, const char* help, Number value,
           Labels labels = {}) {
  Sample(families, name, help, MetricType::Counter, std::move(labels)).counter.value =
      static_cast<double>(value);
}

template <class Number>
void Gauge(Families& families, const char* name, const char* help, Number value,
           Labels labels = {}) {
  Sample(families, name, help, MetricType::Gauge, std::move(labels)).gauge.value =
      static_cast<double>(value);
}

void Histogram(Families& families, const char* name, const char* help,
               const LatencyReading& reading, Labels labels = {}) {
  auto& histogram =
      Sample(families, name, help, MetricType::Histogram, std::move(labels)).histogram;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < kLatencyBounds; ++i) {
    below += reading.counts[i];
    histogram.bucket.push_back(
        {.cumulative_count = below, .upper_bound = InSeconds(LatencyBound(i))});
  }
  histogram.sample_count = below + reading.counts[kLatencyBounds];
  histogram.bucket.push_back({.cumulative_count = histogram.sample_count,
                              .upper_bound = std::numeric_limits<double>::infinity()});
  histogram.sample_sum = InSeconds(reading.sum);
}

void AddGroups(const NodeStats& stats, Families& families) {
  for (const GroupMetric& metric : GroupMetrics()) {
    for (const auto& [name, group] : stats.groups) {
      Labels labels{{"group", name}};
      if (*metric.label != '\0') labels.push_back({metric.label, metric.label_value});
      const auto add = metric.is_gauge ? &Gauge<std::uint64_t> : &Count<std::uint64_t>;
      add(families, metric.family, metric.help, metric.value(group), std::move(labels));
    }
  }
}

void AddGetLatencies(const GetLatencies& latencies, Families& families) {
  constexpr const char* kName = "ringlab_get_duration_seconds";
  constexpr const char* kHelp =
      "Time from the arrival of a Get to its answer, by who had the value.";
  for (std::size_t i = 0; i < kLevels; ++i) {
    if (static_cast<Level>(i) == Level::kNegative) continue;  // no value: among "none"
    Histogram(families, kName, kHelp, latencies.of_level[i].Read(),
              {{"level", std::string(LevelName(static_cast<Level>(i)))}});
  }
  Histogram(families, kName, kHelp, latencies.without_value.Read(), {{"level", "none"}});
}

void AddDoor(const Admission& admission, Families& families) {
  const std::pair<const char*, LaneStats> lanes[] = {{"caller", admission.stats(Hop::kCaller)},
                                                     {"peer", admission.stats(Hop::kPeer)}};
  for (const auto& [from, lane] : lanes) {
    Count(families, "ringlab_requests_admitted_total", "Requests let in.", lane.admitted,
          {{"from", from}});
  }
  for (const auto& [from, lane] : lanes) {
    Count(families, "ringlab_requests_refused_total",
          "Requests turned away at the door: too many at work.", lane.refused, {{"from", from}});
  }
  for (const auto& [from, lane] : lanes) {
    Gauge(families, "ringlab_requests_in_flight", "Requests at work.", lane.in_flight,
          {{"from", from}});
  }
}

void AddWire(const WireFigures& wire, Families& families) {
  Gauge(families, "ringlab_wire_connections", "Connections of callers and peers.",
        wire.connections);
  for (const auto& [end, count] : wire.calls) {
    Count(families, "ringlab_wire_calls_total",
          "Calls by how they ended: answered; refused, not understood or too much; expired, at "
          "their deadline; gone, given up by their caller. Late: answers that found nobody.",
          count, {{"end", std::string(end)}});
  }
  for (const auto& [limit, count] : wire.limits) {
    Count(families, "ringlab_wire_limits_reached_total",
          "Times that a peer reached a limit of the wire engine.", count,
          {{"limit", std::string(limit)}});
  }
}

void AddPeers(const GuardedTransport& transport, Families& families) {
  const std::vector<PeerStats> peers = transport.peers();
  for (const PeerStats& peer : peers) {
    Gauge(families, "ringlab_peer_circuit_state",
          "Whether calls pass: 0 closed, they do; 1 open, they do not; 2 half open, one tries.",
          static_cast<int>(peer.state), {{"peer", peer.name}});
  }
  struct Row {
    const char* name;
    const char* help;
    std::uint64_t CircuitStats::* count;
  };
  constexpr Row kRows[] = {
      {"ringlab_peer_calls_succeeded_total", "Calls that were answered.", &CircuitStats::succeeded},
      {"ringlab_peer_calls_failed_total", "Calls that failed: no answer, or none in time.",
       &CircuitStats::failed},
      {"ringlab_peer_calls_refused_total", "Calls not made: the circuit was open.",
       &CircuitStats::refused},
      {"ringlab_peer_circuit_opened_total", "Times that a peer was found to be down.",
       &CircuitStats::opened}};
  for (const Row& row : kRows) {
    for (const PeerStats& peer : peers) {
      Count(families, row.name, row.help, peer.calls.*row.count, {{"peer", peer.name}});
    }
  }
  for (const PeerStats& peer : peers) {
    Count(families, "ringlab_peer_call_seconds_total", "Time that all calls took together.",
          InSeconds(peer.took), {{"peer", peer.name}});
  }
  Histogram(families, "ringlab_peer_call_duration_seconds", "Time of a call, of all peers.",
            transport.latency());
}

void AddSource(const TimedSource& source, Families& families) {
  Histogram(families, "ringlab_source_load_duration_seconds",
            "Time of a load from the source, waiting for it included.", source.latency());
  const SourceStats stats = source.stats();
  if (stats.sessions_max == 0) return;  // it asks no server
  Count(families, "ringlab_source_queries_total", "Queries sent to the database.", stats.queries);
  Count(families, "ringlab_source_failures_total", "Loads that the database failed.",
        stats.failures);
  Count(families, "ringlab_source_busy_total", "Loads turned away: too many waited.",
        stats.refused);
  Count(families, "ringlab_source_interrupts_total", "Attempts to end a query that hung.",
        stats.interrupted);
  Count(families, "ringlab_source_connects_total", "Attempts to connect to the database.",
        stats.connects);
  Count(families, "ringlab_source_connects_failed_total", "Attempts to connect that failed.",
        stats.connects_failed);
  Gauge(families, "ringlab_source_sessions", "Connections to the database.", stats.sessions);
  Gauge(families, "ringlab_source_sessions_max", "Connections that there may be.",
        stats.sessions_max);
  Gauge(families, "ringlab_source_waiting_loads", "Loads that wait for a connection.",
        stats.waiting);
}

void AddRing(const Node& node, const NodeStats& stats, Families& families) {
  const auto view = node.view();
  Gauge(families, "ringlab_ring_members", "Nodes on the ring.", view->ring->nodes().size());
  Count(families, "ringlab_ring_changes_total", "Rings that this node has seen.", view->epoch);
  Gauge(families, "ringlab_ring_stale_seconds",
        "For how long nobody has been able to say who the nodes are; 0 while somebody is.",
        InSeconds(node.stale_for().value_or(Duration::zero())));
  const NodeIndex self = view->ring->IndexOf(stats.name);
  Gauge(families, "ringlab_ring_share_ratio", "Share of the key space that this node owns.",
        self == kNoNode ? 0.0 : view->ring->Shares()[self]);
}

void AddProcess(const NodeStats& stats, Families& families) {
  Gauge(families, "ringlab_build_info", "Always 1; the labels tell what this is.", 1,
        {{"version", stats.version}, {"node", stats.name}, {"ring", stats.ring.dialect}});
  Count(families, "process_cpu_seconds_total", "User and system time of the process.",
        InSeconds(stats.process.cpu));
  Gauge(families, "process_resident_memory_bytes", "Resident memory of the process.",
        stats.process.resident_bytes);
}

}  // namespace

std::vector<MetricFamily> MetricFamilies(const Node& node) {
  const NodeStats stats = node.stats();
  Families families;
  AddGroups(stats, families);
  AddGetLatencies(node.latencies(), families);
  AddDoor(node.admission(), families);
  if (const WireFigures wire = node.wire(); !wire.calls.empty()) AddWire(wire, families);
  AddPeers(node.peers(), families);
  AddSource(node.source(), families);
  AddRing(node, stats, families);
  if (const auto ends = CertificateEnds(node.security().tls)) {
    Gauge(families, "ringlab_certificate_expiry_seconds",
          "When the node's certificate ends, in seconds since 1970.", *ends);
  }
  AddProcess(stats, families);
  return families;
}

std::string PrometheusText(const Node& node) {
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, MetricFamilies(node));
  return std::move(text).str();
}

}  // namespace ringlab
