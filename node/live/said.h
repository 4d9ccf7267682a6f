// Said: a line for the log, by a part that has no log of its own.
#pragma once

#include <string>

namespace ringlab {

struct Said {
  bool warning = false;
  std::string text;

  friend bool operator==(const Said&, const Said&) = default;
};

}  // namespace ringlab
