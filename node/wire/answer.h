// Answer: how a Get was answered, told to the caller in trailing metadata (kAnswerMetadata).
//
// "level=cache;owner=n1;ring=5be902760ca4f2a5;age_ms=12;us=8": where the answering node had the
// value from (core/types.h), the owner and the ring as that node sees them, the value's age where
// it was cached, and the time from the request's arrival to its answer. Names in it are escaped as
// in a URL. One entry, because each costs the encoder as much as the rest of a short reply.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/types.h"

namespace ringlab {

struct Answer {
  std::optional<Level> level;  // absent when the answer is an error
  std::string_view owner;
  std::uint64_t ring = 0;  // fingerprint
  std::optional<Duration> age = {};
  Duration took{};

  std::string ToText() const;
};

}  // namespace ringlab
