// H2Guard: what of a peer's frames is too much of nothing. Shared by both sides of a connection.
//
// libnghttp2 of Debian 12 limits resets that it receives, CONTINUATIONs and unread PINGs; the
// frames counted here cost it 40 to 90 ns each and are limited by nobody else. Frames of ours that
// carry something earn the peer the WINDOW_UPDATEs and PINGs that honest peers send for them. Of
// each chunk that is read, Read comes first, then libnghttp2 with FrameBegins and PingCame, then
// ReadEnds. Time is an argument; not thread-safe.
#pragma once

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/base/time.h"
#include "node/h2/frames/counters.h"
#include "node/h2/frames/frame_walk.h"
#include "node/h2/frames/limits.h"

namespace ringlab {

// Kept as the time at which it would be full again (the GCRA of ATM's traffic control).
class TokenBucket {
 public:
  explicit TokenBucket(H2Rate rate)
      : token_(Duration(std::chrono::seconds(1)) / rate.per_second), all_(token_ * rate.burst) {}

  // False when it is empty.
  bool Take(TimePoint now) {
    full_at_ = std::max(full_at_, now);
    if (full_at_ + token_ - now > all_) return false;
    full_at_ += token_;
    return true;
  }
  void Give(std::uint32_t tokens) { full_at_ = std::max(full_at_ - token_ * tokens, TimePoint{}); }

 private:
  Duration token_;  // how long one takes to come back
  Duration all_;
  TimePoint full_at_{};
};

class H2Guard {
 public:
  H2Guard(const H2Limits& limits, std::size_t preface_bytes);

  // Where a frame's stream stands when it begins: `kNone` for the connection's own frames.
  enum class StreamState : std::uint8_t { kNone, kOpen, kNew, kClosed };

  // False when there is DATA for a stream that its peer had ended, which breaks the protocol; of
  // streams that ended a while ago it is not known any more.
  bool Read(std::span<const std::uint8_t> bytes);

  // Each of these: the limit that has been reached, if one is.
  std::optional<H2Limit> FrameBegins(const nghttp2_frame_hd& head, StreamState state,
                                     TimePoint now);
  std::optional<H2Limit> ReadEnds(TimePoint now);
  bool in_header_block() const { return walk_.in_header_block(); }
  std::optional<H2Limit> PingCame(TimePoint now);  // a server's rule, of gRFC A8
  std::optional<H2Limit> ResetSent(std::uint32_t error_code, TimePoint now);

  void FrameSent(std::uint8_t type);

  // A stream has closed that its peer had ended.
  void StreamEnded(std::int32_t stream) {
    ended_[ended_next_++ % ended_.size()] = stream;
    ended_last_ = std::max(ended_last_, stream);
  }

 private:
  bool HasEnded(std::int32_t stream) const;

  const Duration ping_interval_min_;
  const int ping_strikes_max_;
  TokenBucket idle_frames_;
  TokenBucket resets_sent_;
  TimePoint pinged_at_ = {};
  int ping_strikes_ = 0;
  bool carried_ = true;  // something was sent since the last PING
  FrameWalk walk_;
  std::int64_t unheard_ = 0;  // frames that were walked over, less those that began
  std::int64_t ignored_ = 0;  // the most of these that there were
  std::array<std::int32_t, 16> ended_{};
  std::size_t ended_next_ = 0;
  std::int32_t ended_last_ = 0;  // the highest of them
};

}  // namespace ringlab
