// Breakdown: where the time of an answered get went, stage by stage, of a sample of them.
//
// A node tells a caller who asks how long a get was in it, and what it waited for there; what is
// left of the time between sending and answer was the network's, and what lies before loadgen's
// own. No two clocks are compared: every figure is a length of time by one of them. The stages of a
// sample add up to its response time.
//
// So that a run of days costs no more than one of minutes, a worker keeps kSamplesMax of them, each
// with the same chance (J. S. Vitter's algorithm R, 1985). Not thread-safe. Mergeable: over workers
// that send equally much.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/base/time.h"
#include "core/ring/ring.h"
#include "core/types.h"
#include "loadgen/plan/phase.h"

namespace ringlab {

enum class Stage : std::uint8_t {
  kSendLag,  // from the planned start until loadgen took it up
  kClient,   // until its bytes were written
  kNetwork,  // until the node had read them, and from its answer until loadgen had that
  kQueue,    // until a thread of the node took it up; of the owner too, and so the rest
  kHandler,  // at work on it
  kHop,      // on the way to the key's owner and back
  kSource,   // until the source had the value
};
inline constexpr std::size_t kStages = 7;

// "send lag", "client" …
constexpr std::string_view StageName(Stage stage) {
  constexpr std::string_view kNames[kStages] = {"send lag", "client", "network", "queue",
                                                "handler",  "hop",    "source"};
  return kNames[static_cast<std::size_t>(stage)];
}

struct StageSample {
  NodeIndex asked = kNoNode;
  NodeIndex owner = kNoNode;
  Level level = Level::kCache;
  std::array<float, kStages> ns{};

  float operator[](Stage stage) const { return ns[static_cast<std::size_t>(stage)]; }
  double response() const { return std::accumulate(ns.begin(), ns.end(), 0.0); }
};

// Of a get that its node told the times of, and that was handed to the transport at `began`, was on
// the wire at `request.sent` and answered at `done`.
StageSample StagesOf(const SentRequest& request, TimePoint began, TimePoint done,
                     const GetReply& reply);

// One request in `every` of a plan is timed, whichever worker sends it and whomever it asks.
bool IsTimed(std::uint64_t request, std::uint64_t every);

class Breakdown {
 public:
  static constexpr std::size_t kSamplesMax = 32'768;

  void Record(const StageSample& sample);
  void Merge(const Breakdown& other);

  std::uint64_t recorded() const { return recorded_; }  // kept or not
  const std::vector<StageSample>& samples() const { return samples_; }

 private:
  std::vector<StageSample> samples_;
  std::uint64_t recorded_ = 0;
  Rng rng_{1};
};

// J. D. C. Little, "A proof for the queuing formula L = lambda W", 1961: with Poisson arrivals, who
// comes finds as many under way as there are on average (R. W. Wolff's PASTA, 1982), and these are
// the rate times the time that each stays. Two counts that have nothing but the truth in common.
struct InFlight {
  std::uint64_t arrivals = 0;
  std::uint64_t seen = 0;  // under way, summed over the arrivals
  Duration stayed{};       // summed over all requests that ended

  void Merge(const InFlight& other);
};

}  // namespace ringlab
