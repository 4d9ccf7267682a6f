// The phases of a profile: a table, and response times against the rate. Pure.
#pragma once

#include "results/html/page.h"
#include "results/text/json_fields.h"

namespace ringlab::html {

// Empty for a run at one rate.
Section PhasesSection(const Json& result);

}  // namespace ringlab::html
