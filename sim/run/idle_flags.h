// Which flags of sim mean nothing without, or beside, others.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace ringlab {

// A flag without the company that gives it a meaning, or in company that takes it away, would be
// ignored: it is refused.
// A sentence, or "".
std::string RefuseIdle(const CLI::App& app);

}  // namespace ringlab
