// Where a run is shown while it goes on. Plain data.
#pragma once

#include <string>

namespace ringlab {

struct LiveOptions {
  std::string page = {};     // "host:port", or "" for none, and so the others
  std::string metrics = {};  // likewise; it may be the page's
  std::string csv = {};      // a file

  bool any() const { return !page.empty() || !metrics.empty() || !csv.empty(); }
};

}  // namespace ringlab
