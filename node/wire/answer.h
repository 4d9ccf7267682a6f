// Answer: how a Get was answered, for the caller who asks: by the field `explain` of GetRequest,
// and then it is in fields of the response; or by the metadata entry "ringlab-explain: 1", and then
// it is text in trailing metadata (kAnswerMetadata). Unasked it would cost as much as the rest of a
// cached Get's reply.
//
// "level=cache;owner=n1;ring=5be902760ca4f2a5;age_ms=12;us=8": where the answering node had the
// value from (core/types.h), the owner and the ring as that node sees them, the value's age where
// it was cached, and the time from the request's arrival to its answer. Names in it are escaped as
// in a URL.
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
