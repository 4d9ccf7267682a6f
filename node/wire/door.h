// Door: how requests come in, whatever protocol they speak: which group they are for, whether they
// are let in, and what a caller is told of its answer.
//
// A protocol decodes bytes, asks here, and encodes what the group says. Thread-safe as its parts
// are, which must outlive every Entry.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/latency_counts.h"
#include "core/base/result.h"
#include "core/base/scheduler.h"
#include "core/group/group.h"
#include "core/guard/admission.h"
#include "core/ring/membership.h"
#include "node/wire/answer.h"

namespace ringlab {

// Groups by name.
using Groups = std::map<std::string, std::unique_ptr<Group>, std::less<>>;

// What the reference systems say to a request without a key, whatever its group, and to one of an
// unknown group.
inline constexpr const char* kKeyRequired = "key required";
inline constexpr const char* kNoSuchGroup = "no such group: ";

// How long Gets took from their arrival, by who answered; and those that got no value.
struct GetLatencies {
  std::array<LatencyCounts, kLevels> of_level;
  LatencyCounts without_value;
};

struct Door {
  const Groups& groups;
  const Membership& membership;
  Admission& admission;
  GetLatencies& latencies;
  const Scheduler& clock;  // asked for the time alone
};

// The right to be at work on a request, and whom to tell otherwise. Nothing has been done for who
// is turned away, so it may come back, but not at once.
class Entry {
 public:
  Entry(const Door& door, Hop hop)
      : door_(door), permit_(door.admission.Admit(hop, door.clock.Now())), hop_(hop) {}

  explicit operator bool() const { return static_cast<bool>(permit_); }
  TimePoint arrived() const { return permit_.since(); }

  // For who was turned away: why, and how long it had better wait.
  static Error Refusal() {
    return {Code::kResourceExhausted, "the node is at work on all that it can"};
  }
  Duration Pushback() { return door_.admission.Pushback(hop_, arrived()); }

  // The work is done, and it was a Get. Returns when.
  TimePoint Leave(const Result<GetReply>& reply) {
    const TimePoint now = Leave();
    LatencyCounts& counts = reply ? door_.latencies.of_level[static_cast<std::size_t>(reply->level)]
                                  : door_.latencies.without_value;
    counts.Add(now - arrived());
    return now;
  }

  // The work is done. Returns when.
  TimePoint Leave() {
    const TimePoint now = door_.clock.Now();
    permit_.Finish(now);
    return now;
  }

 private:
  const Door& door_;
  Admission::Permit permit_;
  const Hop hop_;
};

// kNotFound, in the words of the reference systems, when there is none of that name.
Result<Group*> FindGroup(const Groups& groups, std::string_view name);

// How a Get went (node/wire/answer.h), with the ring whose names the answer views.
struct ExplainedGet {
  std::shared_ptr<const RingView> view;
  Answer answer;
};
ExplainedGet Explain(const Door& door, std::string_view key, TimePoint arrived, TimePoint now,
                     const Result<GetReply>& reply);

}  // namespace ringlab
