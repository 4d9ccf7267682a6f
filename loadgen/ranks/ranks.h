// Ranks: the processes that mpirun started together, by MPI-3.1's C interface.
//
// Only main's thread calls it (MPI_THREAD_FUNNELED). What is collective every rank must call, in
// the same order; it waits for everybody, and ends all ranks when MPI says that it failed. So none
// is called while a run goes on, nor after it until every rank has shown, within somebody's
// patience, that it is there: a rank that died would be waited for without end. What ranks say to
// each other without waiting is in loadgen/ranks/mail.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace ringlab {

// How far this rank's line of time (TimerThread's) is ahead of rank 0's, and what that may be wrong
// by: half of the shortest round trip to it (F. Cristian, "Probabilistic clock synchronization",
// 1989).
struct ClockOffset {
  Duration ahead{};
  Duration bound{};
};

class Ranks {
 public:
  // Once in a process, before the command line is read. `tool` is how messages on stderr call it.
  // kUnavailable when MPI cannot start here.
  static Result<std::unique_ptr<Ranks>> Start(std::string tool, int* argc, char*** argv);
  ~Ranks();
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  const std::string& tool() const { return tool_; }
  int index() const { return index_; }
  int size() const { return size_; }
  bool is_first() const { return index_ == 0; }

  // Collective. Every rank's text, by rank, to all of them; and rank 0's number.
  std::vector<std::string> Everybodys(const std::string& text) const;
  std::int64_t FromFirst(std::int64_t number) const;

  // Collective. Of many round trips, all ranks one after the other; of fewer the more ranks there
  // are, so that hundreds take a second, not many.
  ClockOffset MeasureClock() const;

  // While a run goes on, now and then: whether any rank asked for its end. `ask` asks the others,
  // once; rank 0 passes it on.
  bool EndIsAsked(bool ask);

  // After the run. Rank 0 collects the others' texts, of those that come within `patience`: absent
  // for who did not, and then Abandon() alone may follow. The others deliver theirs, and wait until
  // rank 0 tells them that all came; where it does not within `patience`, which has to be longer
  // than rank 0's, they say so on stderr and end their process. A text of 2 GB or more is cut.
  std::vector<std::optional<std::string>> Collect(const std::string& own, Duration patience);
  void TellAllCame() const;
  void Deliver(const std::string& text, Duration patience) const;

  // Collective. Leaves MPI; nothing but the destructor may follow.
  void Leave();

  // Ends all ranks at once; `exit` is what the launcher is told. When some are gone, nobody can
  // leave MPI in order.
  [[noreturn]] void Abandon(int exit) const;

 private:
  Ranks(std::string tool, int index, int size)
      : tool_(std::move(tool)), index_(index), size_(size) {}

  void OrAbort(int state) const;

  const std::string tool_;
  const int index_;
  const int size_;
  bool end_asked_ = false;
  bool left_ = false;
  // What Collect() receives. They stay: nobody takes back what was asked of a rank that is gone.
  std::vector<int> sizes_;
  std::vector<std::string> texts_;
};

}  // namespace ringlab
