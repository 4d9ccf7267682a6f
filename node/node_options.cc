#include "node/node_options.h"

#include <set>

#include "core/base/parse.h"

namespace ringlab {

Result<std::vector<GroupSpec>> ParseGroups(std::string_view text) {
  std::vector<GroupSpec> groups;
  std::set<std::string_view> names;
  for (const std::string_view part : SplitAt(text, ',')) {
    const std::size_t colon = part.rfind(':');
    if (colon == std::string_view::npos || colon == 0) {
      return Fail(Code::kInvalidArgument,
                  "\"" + std::string(part) + "\": expected NAME:BYTES, such as scores:64MiB");
    }
    const std::string_view name = part.substr(0, colon);
    const auto bytes = ParseBytes(part.substr(colon + 1));
    if (!bytes || *bytes < Cache::kBudgetBytesMin) {
      return Fail(Code::kInvalidArgument, "\"" + std::string(part) + "\": expected a budget of " +
                                              FormatBytes(Cache::kBudgetBytesMin) +
                                              " or more, such as scores:64MiB");
    }
    if (!names.insert(name).second) {
      return Fail(Code::kInvalidArgument,
                  "the group \"" + std::string(name) + "\" comes twice; expected each name once");
    }
    groups.push_back({std::string(name), *bytes});
  }
  if (groups.empty()) {
    return Fail(Code::kInvalidArgument, "\"\": expected NAME:BYTES, such as scores:64MiB");
  }
  return groups;
}

}  // namespace ringlab
