// Client: the traffic of a loopback run. Asks living nodes in turn, tries another one when a node
// is gone, and accounts for every request exactly once.
//
// Closed loop: `concurrency` requests in flight, the next one sent when one is answered. Open loop:
// requests sent at the plan's intended times, whatever the answers do; latency then counts from the
// intended time too.
//
// A plan of a trace also sets and removes: values that prove themselves, of the trace's sizes.
//
// Over the seams alone, no gRPC and no threads, so it runs in virtual time as well. Thread-safe.
// The scheduler and the transport outlive the client; it must not end before its run has.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/scheduler.h"
#include "core/ring/ring.h"
#include "core/source/synthetic_source.h"
#include "core/transport.h"
#include "loadgen/plan/workload.h"
#include "sim/plan/client_report.h"

namespace ringlab {

struct ClientOptions {
  std::string group = "default";
  std::uint64_t requests = 200'000;            // at most
  Duration duration = Duration::max();         // sending ends this long after the start
  bool open_loop = false;                      // at the plan's times; else closed loop
  std::uint64_t concurrency = 64;              // closed loop: requests in flight
  std::uint64_t in_flight_max = 20'000;        // open loop: beyond it a request is skipped
  Duration timeout = std::chrono::seconds(2);  // of a request, all its tries together
  std::uint32_t failovers_max = 3;             // tries after the first, each on the next node
  bool verify = true;                          // values are synthetic: check them
  SyntheticSpec values = {};                   // of the source; a set's has a version beyond its
  std::uint64_t set_bytes_max = std::uint64_t{16} << 20;  // a trace's larger ones are cut
};

class Client {
 public:
  Client(ClientOptions options, Workload plan, Scheduler& scheduler, Transport& transport);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Whom to ask from now on, those of `ring`; before Run, and whenever that changes. The transport
  // must know them.
  void SetRing(std::shared_ptr<const Ring> ring);

  // Once. `done` runs once, on any thread, when all that was sent is answered.
  void Run(Function<void()> done);

  // Sends nothing more; what is in flight still counts.
  void Stop();

  ClientTotals totals() const;
  Leftovers leftovers() const;
  ClientReport report() const;

 private:
  struct State;

  std::shared_ptr<State> state_;
};

}  // namespace ringlab
