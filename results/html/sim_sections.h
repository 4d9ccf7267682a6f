// What nodes measured over loopback, also while some came and went, sweeps over settings, hit
// ratios over memory, cases of a swarm, and from which shocks a cluster comes back. From a sim
// result. Pure.
#pragma once

#include "results/html/page.h"
#include "results/text/json_fields.h"

namespace ringlab::html {

Section LoopbackSection(const Json& result);
Section ChurnSection(const Json& result);
Section SweepSection(const Json& result);
Section CurvesSection(const Json& result);
Section SwarmSection(const Json& result);
Section MapSection(const Json& result);

}  // namespace ringlab::html
