// RankMail: texts between ranks that nobody waits for.
//
// Between two ranks they arrive in the order in which they were sent, each once. To a rank that is
// gone they are lost, without a word. Only main's thread calls it, as Ranks; one at a time in a
// process.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "loadgen/ranks/ranks.h"

namespace ringlab {

struct RankLetter {
  std::size_t from = 0;
  std::string text;
};

class RankMail {
 public:
  // `ranks` must outlive it, and not have left.
  explicit RankMail(const Ranks& ranks);

  // What is not taken yet when it ends is kept for good: MPI may still read it.
  ~RankMail();
  RankMail(const RankMail&) = delete;
  RankMail& operator=(const RankMail&) = delete;

  // Keeps the text until it is on its way. One of 2 GB or more is cut.
  void Send(std::size_t to, std::string text);

  // The next one that has come, from whomever.
  std::optional<RankLetter> Take();

  // Whether all that was sent has been taken over.
  bool IsSent();

 private:
  struct Outgoing;

  const Ranks& ranks_;
  std::unique_ptr<Outgoing> outgoing_;
};

}  // namespace ringlab
