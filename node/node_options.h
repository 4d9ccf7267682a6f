// NodeOptions: what a node is told at its start. node/settings/settings.h fills them from flags.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/group/options.h"
#include "core/guard/admission.h"
#include "core/guard/guarded_transport.h"
#include "core/ring/spec.h"
#include "node/live/said.h"
#include "node/security/security.h"
#include "node/sql/source_spec.h"
#include "node/wire/request_log.h"

namespace ringlab {

struct GroupSpec {
  std::string name;
  std::size_t bytes;

  friend bool operator==(const GroupSpec&, const GroupSpec&) = default;
};

// "scores:64MiB,default:1GiB". Errors name the part.
Result<std::vector<GroupSpec>> ParseGroups(std::string_view text);

struct NodeOptions {
  std::string name;                    // this node's place on the ring
  std::string listen = "127.0.0.1:0";  // port 0: the system chooses
  RingSpec ring = {};
  std::vector<GroupSpec> groups = {{"default", std::size_t{64} << 20}};
  SourceSpec source = SyntheticSpec{};
  // In place of that: makes it on the node's scheduler, which outlives it but for its tasks.
  std::function<std::unique_ptr<Source>(Scheduler&)> make_source = nullptr;
  std::uint64_t seed = 1;  // of the source's failures and latencies, and of waits between attempts
  Duration load_timeout = std::chrono::seconds(2);
  GroupOptions group = {};  // of every group, but for its name, bytes and load timeout
  AdmissionOptions admission = {};
  GuardOptions guard = {};
  Security security = {};
  RequestLog request_log = {};  // told of every call; empty for none, which costs nothing
  std::function<void(const Said&)> say = {};  // what it tells of its own accord
  // After a change of the ring a key's former owner is asked for it, for so long; 0: never.
  Duration handover = Duration::zero();
  bool announce = false;  // to the peers, that it serves; and take their announcements
  Duration ping_interval_min = std::chrono::seconds(5);  // see node/wire/wire_server.h
  bool reflection = true;  // answers tools such as grpcurl; see node/wire/wire_server.h
};

}  // namespace ringlab
