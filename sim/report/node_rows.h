// A node a row: what the tables of the reports share.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/text/text_format.h"
#include "results/text/text_page.h"

namespace ringlab {

inline constexpr std::size_t kNodeRows = 12;       // a table of more shows
inline constexpr std::size_t kNodeRowsOfMany = 3;  // its first rows and its last
inline constexpr std::size_t kNodeName = 24;       // columns

// Calls print(index) for the nodes of `order`, from which many are left out: "… 88 more between
// the busiest and the least busy" stands for them.
template <class Print>
void PrintNodeRows(const std::vector<std::size_t>& order, const std::string& between, Page& page,
                   Print print) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order.size() > kNodeRows && i == kNodeRowsOfMany) {
      const std::size_t hidden = order.size() - 2 * kNodeRowsOfMany;
      page.Line("… " + Count(hidden) + " more between " + between);
      i += hidden;
    }
    print(order[i]);
  }
}

}  // namespace ringlab
