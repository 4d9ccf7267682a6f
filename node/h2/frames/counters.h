// What an h2 connection counts: how calls ended, and which limits were reached.
//
// Plain data, written on the connection's thread; the connections of one loop share theirs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringlab {

enum class H2Limit : std::uint8_t {
  kHeaderBytes,     // a request or reply whose header fields are too large
  kMessageBytes,    // a message larger than it may be
  kHalfReceived,    // too many bytes of unfinished messages
  kUnsentBytes,     // too many bytes of replies that the peer does not take
  kFollowReplies,   // the same, of one streaming method
  kHandlers,        // handlers at work for the connection
  kNodeHandlers,    // handlers at work in the node
  kStreamIds,       // ids run out: the connection is replaced
  kQueue,           // a client's calls that wait for a stream
  kHandshakeTime,   // the peer did not finish its greeting
  kHeaderTime,      // a header block that does not end
  kBodyTime,        // a request that does not end
  kStallTime,       // a peer that does not read
  kResetsSent,      // streams that the peer made us reset
  kIdleFrames,      // frames that carry nothing
  kPings,           // PINGs too close together
  kOutboundFrames,  // frames queued for a peer that asks more than it reads
  kLibrary,         // what libnghttp2 itself ended: protocol errors, and limits that it keeps
};
inline constexpr std::size_t kH2Limits = 18;

// "header_bytes" and so on, for logs and metrics.
std::string_view LimitName(H2Limit limit);

struct H2LimitCounts {
  std::array<std::uint64_t, kH2Limits> reached{};

  std::uint64_t& operator[](H2Limit limit) { return reached[static_cast<std::size_t>(limit)]; }
  std::uint64_t operator[](H2Limit limit) const { return reached[static_cast<std::size_t>(limit)]; }
};

// Each call ends once: calls == open + answered + refused + expired + gone.
struct H2ServerCounters {
  std::uint64_t calls = 0;     // header blocks that opened a stream
  std::uint64_t answered = 0;  // by their handler or built-in method
  std::uint64_t refused = 0;   // without a handler: not understood, not allowed, too much
  std::uint64_t expired = 0;   // deadline passed, or the request did not end in time
  std::uint64_t gone = 0;      // the caller reset the stream or hung up

  std::uint64_t late = 0;  // handlers' answers that found nobody
  std::uint64_t resets_received = 0;
  std::uint64_t resets_sent = 0;
  std::uint64_t foreign = 0;  // connections that spoke no HTTP/2
  H2LimitCounts limits;
};

// Each call ends once: started == open + answered + failed + expired + cancelled + handed_on.
struct H2ClientCounters {
  std::uint64_t started = 0;
  std::uint64_t answered = 0;   // by the server, OK or not
  std::uint64_t failed = 0;     // by connection, protocol or queue
  std::uint64_t expired = 0;    // deadline
  std::uint64_t cancelled = 0;  // by who started them
  std::uint64_t handed_on = 0;  // taken out of the queue, for another connection

  std::uint64_t retried = 0;  // sent again, after the server had certainly not looked at them
  std::uint64_t resets_received = 0;
  std::uint64_t resets_sent = 0;
  std::uint64_t goaways = 0;
  H2LimitCounts limits;
};

}  // namespace ringlab
