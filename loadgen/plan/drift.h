// Drift: popularity that moves. Which key has which rank, by time.
//
//   walk:100@10s        each 10 s the ranks move on by 100 keys: the hot key walks
//   period:4@60s        the keys' fourths are popular in turn, each again after 60 s
//   shuffle:1000@30s    each 30 s chunks of 1,000 neighbouring ranks change places
//   turnover:50%@10m    in 10 minutes half of the keys get another rank, a few at a time, for ever
//   turnover:cachelib   as in Meta's caches: of the hottest tenth half is gone after 10 minutes and
//                       two thirds after an hour (B. Berg et al., "The CacheLib Caching Engine",
//                       OSDI 2020, section 3); a third stays
//
// At every time it is a bijection from ranks to keys, so the law of popularity stays what it is.
// A function of the seed and the time alone. Not thread-safe; copy one to replay it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "loadgen/plan/permutation.h"

namespace ringlab {

class Drift {
 public:
  // Over `keys` of them. INVALID_ARGUMENT, with the text and what is accepted.
  static Result<Drift> Parse(std::string_view text, std::uint64_t keys, std::uint64_t seed);

  // Where the key of `index` (its rank - 1 at time 0) stands at `at`: the index whose key it is
  // then. index < keys.
  std::uint64_t operator()(std::uint64_t index, Duration at);

  const std::string& text() const { return text_; }

 private:
  enum class Kind : std::uint8_t { kWalk, kPeriod, kShuffle, kTurnover };

  // Reshuffled together; epoch 0 is as it was.
  struct Shuffled {
    std::uint64_t epoch = 0;
    std::optional<Permutation> places = {};
  };

  Drift() = default;
  std::uint64_t Shuffle(Shuffled& group, std::uint64_t number, std::uint64_t epoch,
                        std::uint64_t size, std::uint64_t index) const;

  std::string text_;
  Kind kind_ = Kind::kWalk;
  std::uint64_t keys_ = 1;
  std::uint64_t seed_ = 0;
  std::uint64_t amount_ = 1;  // keys of a step, parts of a period, ranks of a chunk
  Duration every_{1};
  std::uint64_t moving_ = 0;  // of a turnover: groups of those that are reshuffled
  std::vector<Shuffled> groups_;
};

}  // namespace ringlab
