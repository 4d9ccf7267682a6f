// One side of a connection that has been greeted, and whose frames are read, for tests that play
// the other side by hand.
#pragma once

#include <cstdint>
#include <string>

#include "tests/node/h2/frame_reader.h"
#include "tests/node/h2/frames.h"
#include "tests/node/h2/server_world.h"
#include "tests/node/h2/worlds.h"

namespace ringlab {

struct ServerTalk : ServerWorld {
  explicit ServerTalk(H2Limits wanted = {}, const std::string& secret = "")
      : ServerWorld(wanted, secret) {
    Feed(frames::Preface());
    Hear();
  }
  std::string Hear(TimePoint now = kStart) { return reader.Read(Pull(now)); }
  std::uint64_t reached(H2Limit limit) const { return counters.limits[limit]; }

  frames::Reader reader;
};

struct ClientTalk : ClientWorld {
  explicit ClientTalk(const std::string& settings = "", H2Limits wanted = {})
      : ClientWorld(wanted) {
    Hear();
    Feed(frames::Settings(settings) + frames::SettingsAck());
    Hear();
  }
  std::string Hear(TimePoint now = kStart) { return reader.Read(Pull(now)); }
  std::uint64_t reached(H2Limit limit) const { return counters.limits[limit]; }

  frames::Reader reader;
};

// A whole reply.
inline std::string ReplyOf(std::uint32_t stream, const std::string& body) {
  using namespace frames;
  return Headers(stream, {{":status", "200"}, {"content-type", "application/grpc"}}) +
         Data(stream, Message(body), 0) +
         Headers(stream, {{"grpc-status", "0"}}, kEndHeaders | kEndStream);
}

inline Code CodeOf(const ClientWorld::Slot& slot) { return (*slot)->body.error().code; }

inline bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace ringlab
