#include "tests/bench/hot_path.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "core/base/parse.h"

namespace ringlab {

std::vector<HotPath> HotPaths() {
  std::vector<HotPath> all;
  for (std::vector<HotPath>& family : std::vector{RingPaths(), CachePaths(), GroupPaths(),
                                                  GuardPaths(), LoadgenPaths(), WirePaths()}) {
    std::ranges::move(family, std::back_inserter(all));
  }
  return all;
}

double TakeSlowdown(int& argc, char** argv) {
  constexpr std::string_view kFlag = "--inject-slowdown=";
  double percent = 0;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (!argument.starts_with(kFlag)) {
      argv[kept++] = argv[i];
      continue;
    }
    const auto number = ParseNumber(argument.substr(kFlag.size()));
    if (!number || *number < 0 || *number > 1000) {
      std::cerr << argv[0] << ": " << argument << ": expected a number from 0 to 1000, per cent\n";
      std::exit(2);
    }
    percent = *number;
  }
  argc = kept;
  return percent;
}

}  // namespace ringlab
