#include "node/h2/frames/guard.h"

#include <algorithm>
#include <cstddef>

namespace ringlab {

namespace {

// A DATA frame: a WINDOW_UPDATE of the stream and one of the connection. A stream that we end
// early: what was on its way, up to a window of 1 MiB.
constexpr std::uint32_t kEarnedByData = 2;
constexpr std::uint32_t kEarnedByReset = 64;
constexpr std::size_t kPaddingMax = 256;

bool CarriesNothing(const nghttp2_frame_hd& head, H2Guard::StreamState state) {
  switch (head.type) {
    case NGHTTP2_HEADERS: return state == H2Guard::StreamState::kClosed;
    case NGHTTP2_CONTINUATION: return false;  // the library counts these
    case NGHTTP2_RST_STREAM: return state != H2Guard::StreamState::kOpen;  // else the library's
    case NGHTTP2_DATA: {
      const bool padding = (head.flags & NGHTTP2_FLAG_PADDED) != 0 && head.length <= kPaddingMax;
      return (head.flags & NGHTTP2_FLAG_END_STREAM) == 0 && (head.length == 0 || padding);
    }
    default: return true;
  }
}

}  // namespace

H2Guard::H2Guard(const H2Limits& limits, std::size_t preface_bytes)
    : ping_interval_min_(limits.ping_interval_min),
      ping_strikes_max_(limits.ping_strikes_max),
      idle_frames_(limits.idle_frames),
      resets_sent_(limits.resets_sent),
      walk_(preface_bytes) {}

bool H2Guard::Read(std::span<const std::uint8_t> bytes) {
  bool sound = true;
  walk_.Walk(bytes, [this, &sound](std::uint8_t type, std::int32_t stream) {
    ++unheard_;
    if (type == NGHTTP2_DATA && HasEnded(stream)) sound = false;
  });
  return sound;
}

std::optional<H2Limit> H2Guard::ReadEnds(TimePoint now) {
  for (; ignored_ < unheard_; ++ignored_) {
    if (!idle_frames_.Take(now)) return H2Limit::kIdleFrames;
  }
  return std::nullopt;
}

std::optional<H2Limit> H2Guard::FrameBegins(const nghttp2_frame_hd& head, StreamState state,
                                            TimePoint now) {
  --unheard_;
  if (!CarriesNothing(head, state) || idle_frames_.Take(now)) return std::nullopt;
  return H2Limit::kIdleFrames;
}

std::optional<H2Limit> H2Guard::PingCame(TimePoint now) {
  if (carried_ || now - pinged_at_ >= ping_interval_min_) {
    if (carried_) ping_strikes_ = 0;
    carried_ = false;
    pinged_at_ = now;
    return std::nullopt;
  }
  if (++ping_strikes_ <= ping_strikes_max_) return std::nullopt;
  return H2Limit::kPings;
}

std::optional<H2Limit> H2Guard::ResetSent(std::uint32_t error_code, TimePoint now) {
  // NO_ERROR follows an answer that came before its request had ended; CANCEL is our caller's wish.
  if (error_code == NGHTTP2_NO_ERROR || error_code == NGHTTP2_CANCEL) {
    idle_frames_.Give(kEarnedByReset);
    return std::nullopt;
  }
  if (resets_sent_.Take(now)) return std::nullopt;
  return H2Limit::kResetsSent;
}

void H2Guard::FrameSent(std::uint8_t type) {
  if (type == NGHTTP2_DATA) idle_frames_.Give(kEarnedByData);
  if (type == NGHTTP2_DATA || type == NGHTTP2_HEADERS) carried_ = true;
}

bool H2Guard::HasEnded(std::int32_t stream) const {
  if (stream == 0) return false;  // the connection's own, and what `ended_` begins with
  return stream <= ended_last_ && std::find(ended_.begin(), ended_.end(), stream) != ended_.end();
}

}  // namespace ringlab
