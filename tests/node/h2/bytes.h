// Bytes in and out of connections, for tests.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "node/h2/frames/out_chain.h"

namespace ringlab {

inline constexpr TimePoint kStart{std::chrono::hours(1)};

inline std::span<const std::uint8_t> AsBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// What is in a chain, taken out of it.
inline std::string TakeAll(OutChain& out) {
  std::string all;
  while (!out.empty()) {
    iovec vectors[4];
    const std::size_t count = out.Gather(vectors);
    std::size_t taken = 0;
    for (const iovec& part : std::span(vectors, count)) {
      all.append(static_cast<const char*>(part.iov_base), part.iov_len);
      taken += part.iov_len;
    }
    out.Consume(taken);
  }
  return all;
}

}  // namespace ringlab
