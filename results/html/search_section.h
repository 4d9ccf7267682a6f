// A search on a page: its answer, a chart of all probes, their table. Empty without "search". Pure.
#pragma once

#include "results/html/page.h"
#include "results/text/json_fields.h"

namespace ringlab::html {

Section SearchSection(const Json& result);

}  // namespace ringlab::html
