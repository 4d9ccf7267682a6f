// Keys: how popular they were against what Zipf's law says, and the hottest ones. Pure.
#pragma once

#include "results/html/page.h"
#include "results/text/json_fields.h"

namespace ringlab::html {

// "popularity" of a loadgen result; empty without it.
Section PopularitySection(const Json& result);

}  // namespace ringlab::html
