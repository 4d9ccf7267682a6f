#include "node/settings/odd_settings.h"

#include <fmt/format.h>

#include <string_view>

#include "core/base/parse.h"

namespace ringlab {

namespace {

using Lines = std::vector<std::string>;

// Whether only this machine can reach an address.
bool IsLoopback(std::string_view listen) {
  return listen.starts_with("127.") || listen.starts_with("localhost:") ||
         listen.starts_with("[::1]");
}

void LookAtOpenDoors(const Settings& settings, Lines& odd) {
  const NodeOptions& node = settings.node;
  if (!node.security.tls.serves() && !IsLoopback(node.listen)) {
    odd.push_back(fmt::format(
        "--listen {}: in the clear, so that whoever reaches it {}; --tls-cert and --tls-key turn "
        "TLS on, --require-client-cert or --token-file say who may call",
        node.listen,
        node.security.token.empty() ? "may read and write everything"
                                    : "sees tokens and values go by"));
  }
  if (!settings.http.listen.empty() && !IsLoopback(settings.http.listen)) {
    odd.push_back(fmt::format("--http {}: no TLS there; whoever reaches it {}",
                              settings.http.listen,
                              settings.http.token.empty() ? "may read and write everything"
                                                          : "sees tokens and values go by"));
  }
}

// What a part of a group's memory holds at the most, against what is to be stored there.
void LookAtSizes(const Settings& settings, const Group& group, Lines& odd) {
  const std::size_t bytes_max = group.layers().set_bytes_max();
  const auto* const source = std::get_if<SyntheticSpec>(&settings.node.source);
  if (source != nullptr && source->size_max >= bytes_max) {
    odd.push_back(fmt::format(
        "group {}: its budget stores nothing above {}, and the source has {} values up to {}: "
        "every Get of these reaches the source",
        group.name(), FormatBytes(bytes_max), source->size_min < bytes_max ? "some" : "only such",
        FormatBytes(source->size_max)));
  }
  const std::size_t value_bytes_max = settings.node.group.value_bytes_max;
  if (settings.given.contains("--max-value-bytes") && value_bytes_max > bytes_max) {
    odd.push_back(fmt::format(
        "--max-value-bytes {}: group {} has the memory for values up to {}; larger ones cannot be "
        "set until --groups gives it more",
        value_bytes_max, group.name(), FormatBytes(bytes_max)));
  }
}

}  // namespace

std::vector<std::string> OddSettings(const Settings& settings, const Node& node) {
  Lines odd;
  LookAtOpenDoors(settings, odd);
  for (const auto& [name, group] : node.groups()) LookAtSizes(settings, *group, odd);
  return odd;
}

}  // namespace ringlab
