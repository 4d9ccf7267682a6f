#include "node/h2/frames/counters.h"

namespace ringlab {

std::string_view LimitName(H2Limit limit) {
  static constexpr std::array<std::string_view, kH2Limits> kNames = {
      "header_bytes", "message_bytes",   "half_received", "unsent_bytes", "follow_replies",
      "handlers",     "node_handlers",   "stream_ids",    "queue",        "handshake_time",
      "header_time",  "body_time",       "stall_time",    "resets_sent",  "idle_frames",
      "pings",        "outbound_frames", "library"};
  return kNames.at(static_cast<std::size_t>(limit));
}

}  // namespace ringlab
