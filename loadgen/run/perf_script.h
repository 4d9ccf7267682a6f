// What `perf script -F pid,ip,sym` prints, as stacks. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "results/html/draw/flame_graph.h"

namespace ringlab {

// Each under the name of its process, whose threads are one. A frame without a symbol is
// "[unknown]", several of them in a row are one. Samples of other processes, and lines that are
// none of the format's, are passed over.
std::vector<html::Stack> StacksOf(std::string_view perf_script,
                                  const std::map<int, std::string>& names);

}  // namespace ringlab
