// Generators: those that sent the plan of a merged result together. Pure.
#pragma once

#include "results/html/page.h"
#include "results/text/json_fields.h"

namespace ringlab::html {

// "generators" of a merged loadgen result; nothing of others.
Section GeneratorSection(const Json& result);

}  // namespace ringlab::html
