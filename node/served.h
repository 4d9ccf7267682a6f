// The way of a request into a node, whatever protocol it came by: the group that it names, and the
// door, which turns away what would be too much.
//
// Header-only, for the method rows and the HTTP front. Thread-safe; Served's parts outlive it.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/admission.h"
#include "core/group.h"
#include "core/latency_counts.h"
#include "node/timer_thread.h"

namespace ringlab {

// Groups by name.
using Groups = std::map<std::string, std::unique_ptr<Group>, std::less<>>;

// What the reference systems say first: the key is missing, whatever the group.
inline constexpr const char* kKeyRequired = "key required";
inline constexpr const char* kNoSuchGroup = "no such group: ";

// How long Gets took from their arrival, by who answered; and those that got no value.
struct GetLatencies {
  std::array<LatencyCounts, kLevels> of_level;
  LatencyCounts without_value;
};

// What requests are served from.
struct Served {
  Served(const Groups& its_groups, const Membership& its_membership, Admission& its_admission,
         GetLatencies& its_latencies)
      : groups(its_groups),
        membership(its_membership),
        admission(its_admission),
        latencies(its_latencies) {}

  const Groups& groups;
  const Membership& membership;
  Admission& admission;
  GetLatencies& latencies;
};

// kNotFound when there is no group of that name.
inline Result<Group*> FindGroup(const Groups& groups, std::string_view name) {
  const auto group = groups.find(name);
  if (group != groups.end()) return group->second.get();
  return Fail(Code::kNotFound, kNoSuchGroup + std::string(name));
}

// The group that a request is for. The error is its own, whatever was decoded before.
template <class Request>
Result<Group*> GroupOf(const Groups& groups, const Result<Request>& request) {
  if (!request) return tl::unexpected<Error>(request.error());
  return FindGroup(groups, request->group);
}

// The right to be at work on a request: false for who is turned away. Nothing has been done for
// that one, so it may come back, but not at once. `served` must outlive it.
class Entry {
 public:
  Entry(const Served& served, Hop hop)
      : arrived_(TimerThread::SteadyNow()),
        served_(served),
        hop_(hop),
        permit_(served.admission.Admit(hop, arrived_)) {}

  explicit operator bool() const { return static_cast<bool>(permit_); }
  TimePoint arrived() const { return arrived_; }

  // What to tell who is turned away: why, and when to come back.
  struct Refusal {
    Error why;
    Duration retry_after;
  };
  Refusal Refuse() const {
    return {{Code::kResourceExhausted, "the node is at work on all that it can"},
            served_.admission.Pushback(hop_, arrived_)};
  }

  // The work is done, and it was a Get. Returns when.
  TimePoint Leave(const Result<GetReply>& reply) {
    const TimePoint now = Leave();
    GetLatencies& latencies = served_.latencies;
    LatencyCounts& counts = reply ? latencies.of_level[static_cast<std::size_t>(reply->level)]
                                  : latencies.without_value;
    counts.Add(now - arrived_);
    return now;
  }

  // The work is done. Returns when.
  TimePoint Leave() {
    const TimePoint now = TimerThread::SteadyNow();
    permit_.Finish(now);
    return now;
  }

 private:
  const TimePoint arrived_;
  const Served& served_;
  const Hop hop_;
  Admission::Permit permit_;
};

}  // namespace ringlab
