// H2Limits: every bound of the h2 wire engine, by name. What a peer can make a connection do, hold
// or wait for ends at one of these, and a counter says so (node/h2/frames/counters.h).
//
// The attacks behind them: CVE-2023-44487 (rapid reset), CVE-2025-8671 (made you reset),
// CVE-2024-27316 and 2024-28182 (CONTINUATION), CVE-2019-9511 to 9518 (slow and empty frames), and
// the like of libnghttp2's own limits, of which Debian's 1.52 has the first ones only. Plain data.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "core/base/time.h"

namespace ringlab {

// A bucket of tokens: so many at once, and so many more each second.
struct H2Rate {
  std::uint32_t burst;
  std::uint32_t per_second;
};

struct H2Limits {
  // Calls.
  std::uint32_t streams_max = 1000;          // at once on a connection; what we announce
  std::int64_t handlers_max = 2000;          // that have not answered a connection, reset or not
  std::int64_t handlers_node_max = 32'768;   // the same, of all connections of a node
  std::size_t queue_max = 100'000;           // a client's calls that wait for a stream
  std::uint32_t streams_unannounced = 100;   // of a client, until the server says how many
  std::int32_t stream_id_last = 0x60000000;  // 3/4 of all ids: then the next connection, please

  // Bytes. Header sizes are counted as RFC 9113 does: name + value + 32 a field.
  std::size_t header_bytes_max = 8192;    // announced; what is larger is refused politely
  std::size_t header_bytes_cut = 65'536;  // the stream is reset, and nothing more is decoded
  std::size_t message_bytes_max = std::size_t{32} << 20;
  std::size_t half_received_bytes_max = std::size_t{64} << 20;  // of a connection's messages
  std::size_t unsent_bytes_max = std::size_t{16} << 20;         // of a connection's replies
  std::size_t out_bytes_max = std::size_t{256} << 10;  // ready to be written; then frames wait
  std::size_t borrow_from_bytes = 8192;                // smaller bodies are cheaper to copy
  std::uint32_t stream_window_bytes = std::uint32_t{1} << 20;
  std::uint32_t connection_window_bytes = std::uint32_t{16} << 20;
  std::size_t follow_replies_max = 64;  // unsent replies of one streaming method
  std::size_t follow_bytes_max = std::size_t{1} << 20;
  std::size_t memory_kept_max = std::size_t{1} << 20;  // free lists of a loop; 0: none (sanitizers)

  // Waits.
  Duration handshake_max = std::chrono::seconds(10);     // preface, SETTINGS and their ACK
  Duration header_block_max = std::chrono::seconds(10);  // from its first frame to its last
  Duration body_max = std::chrono::seconds(60);          // of a call, if its deadline is later
  Duration stall_max = std::chrono::seconds(30);         // replies ready, and none is taken
  Duration drain_ping_max = std::chrono::seconds(1);     // from the first GOAWAY to the second
  Duration ping_interval_min = std::chrono::seconds(5);  // of gRPC clients, Go's keep 10 s
  int ping_strikes_max = 2;  // PINGs sooner than that without a frame of ours between

  // Cancels of calls whose deadline has passed: within what servers take for honest (1,000 at once,
  // 33 a second). Beyond, the server, which was told of the deadline, ends them itself.
  H2Rate cancels = {300, 25};

  // Frames.
  H2Rate resets_sent = {100, 10};          // that a peer made us send
  H2Rate resets_received = {1000, 33};     // libnghttp2 ends the connection
  H2Rate idle_frames = {10'000, 330};      // that carry nothing: empty, unknown, for no stream
  std::size_t outbound_frames_max = 5000;  // queued in libnghttp2 after a feed
  std::size_t acks_max = 64;               // queued answers to PING and SETTINGS (libnghttp2)
  std::size_t settings_entries_max = 32;   // of one frame (libnghttp2)

  // libnghttp2 of Debian 12 counts these by chunk that it is fed, not by frame, so that a header
  // which arrives byte by byte would be taken for a flood at its own limit of 8.
  std::size_t continuations_max = 64;
};

}  // namespace ringlab
