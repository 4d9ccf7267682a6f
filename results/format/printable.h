// Text from files of others on its way to a terminal.
#pragma once

#include <string>
#include <string_view>

#include "core/base/parse.h"
#include "results/text/text_page.h"

namespace ringlab {

// Its lines, without anything in them that a terminal would obey: that shows as question marks.
inline std::string Printable(std::string_view text) {
  std::string printable;
  for (const std::string_view line : SplitAt(text, '\n')) {
    if (line.data() != text.data()) printable += '\n';
    for (const std::string& column : text_page::ColumnsOf(line)) printable += column;
  }
  return printable;
}

}  // namespace ringlab
