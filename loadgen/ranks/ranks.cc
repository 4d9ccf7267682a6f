#include "loadgen/ranks/ranks.h"

#include <mpi.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <utility>

#include "node/live/flags.h"
#include "node/live/timer_thread.h"

namespace ringlab {

namespace {

// Tags of messages.
constexpr int kPing = 1;
constexpr int kEnd = 2;
constexpr int kSize = 3;
constexpr int kText = 4;
constexpr int kCame = 5;

constexpr Duration kLookEvery = std::chrono::milliseconds(1);

int SizeOf(const std::string& text) {
  return static_cast<int>(std::min<std::size_t>(text.size(), INT32_MAX));
}

bool IsOver(MPI_Request& request) {
  int over = 0;
  return MPI_Test(&request, &over, MPI_STATUS_IGNORE) == MPI_SUCCESS && over != 0;
}

// Whether it is over in time. A request that is not is left to itself.
bool WaitFor(MPI_Request& request, TimePoint give_up) {
  while (!IsOver(request)) {
    if (TimerThread::SteadyNow() > give_up) return false;
    std::this_thread::sleep_for(kLookEvery);
  }
  return true;
}

// Takes one rank's wish for the end, if there is one.
bool TakeEnd() {
  int there = 0;
  MPI_Status status;
  const int state = MPI_Iprobe(MPI_ANY_SOURCE, kEnd, MPI_COMM_WORLD, &there, &status);
  if (state != MPI_SUCCESS || there == 0) return false;
  return MPI_Recv(nullptr, 0, MPI_CHAR, status.MPI_SOURCE, kEnd, MPI_COMM_WORLD,
                  MPI_STATUS_IGNORE) == MPI_SUCCESS;
}

}  // namespace

Result<std::unique_ptr<Ranks>> Ranks::Start(std::string tool, int* argc, char*** argv) {
  int provided = 0;
  if (MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) {
    return Fail(Code::kUnavailable, "MPI does not start here");
  }
  if (provided < MPI_THREAD_FUNNELED) {
    MPI_Finalize();
    return Fail(Code::kUnavailable, "this MPI knows no threads (MPI_THREAD_FUNNELED)");
  }
  // A message to a rank that died fails; it does not end those that live.
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  int index = 0;
  int size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &index);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return std::unique_ptr<Ranks>(new Ranks(std::move(tool), index, size));
}

Ranks::~Ranks() { Leave(); }

// MPI wants every message to be taken: two ranks may have asked for the end at once.
void Ranks::Leave() {
  if (std::exchange(left_, true)) return;
  while (TakeEnd()) {
  }
  MPI_Finalize();
}

// Nobody goes on without the others.
void Ranks::OrAbort(int state) const {
  if (state == MPI_SUCCESS) return;
  std::fprintf(stderr, "%s: MPI failed: a rank has gone, or the way to it\n", tool_.c_str());
  MPI_Abort(MPI_COMM_WORLD, kExitInvalid);
  std::_Exit(kExitInvalid);
}

std::vector<std::string> Ranks::Everybodys(const std::string& text) const {
  const int own = SizeOf(text);
  std::vector<int> sizes(static_cast<std::size_t>(size_));
  OrAbort(MPI_Allgather(&own, 1, MPI_INT, sizes.data(), 1, MPI_INT, MPI_COMM_WORLD));
  std::vector<int> places;
  int all = 0;
  for (const int size : sizes) {
    places.push_back(all);
    all += size;
  }
  std::string joined(static_cast<std::size_t>(all), '\0');
  OrAbort(MPI_Allgatherv(text.data(), own, MPI_CHAR, joined.data(), sizes.data(), places.data(),
                         MPI_CHAR, MPI_COMM_WORLD));
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    texts.push_back(
        joined.substr(static_cast<std::size_t>(places[i]), static_cast<std::size_t>(sizes[i])));
  }
  return texts;
}

std::int64_t Ranks::FromFirst(std::int64_t number) const {
  OrAbort(MPI_Bcast(&number, 1, MPI_INT64_T, 0, MPI_COMM_WORLD));
  return number;
}

ClockOffset Ranks::MeasureClock() const {
  const int rounds = std::clamp(4000 / size_, 20, 200);
  const auto now = [] { return TimerThread::SteadyNow().time_since_epoch().count(); };
  const auto send = [this](std::int64_t moment, int to) {
    OrAbort(MPI_Send(&moment, 1, MPI_INT64_T, to, kPing, MPI_COMM_WORLD));
  };
  const auto receive = [this](std::int64_t& moment, int from) {
    OrAbort(MPI_Recv(&moment, 1, MPI_INT64_T, from, kPing, MPI_COMM_WORLD, MPI_STATUS_IGNORE));
  };
  ClockOffset best{.ahead = {}, .bound = is_first() ? Duration{} : Duration::max()};
  for (int other = 1; other < size_; ++other) {
    OrAbort(MPI_Barrier(MPI_COMM_WORLD));  // so that rank 0 has one to answer at a time
    for (int round = 0; round < rounds && (is_first() || index_ == other); ++round) {
      std::int64_t firsts = 0;
      if (is_first()) {
        receive(firsts, other);
        send(now(), other);
        continue;
      }
      const std::int64_t sent = now();
      send(sent, 0);
      receive(firsts, 0);
      const std::int64_t took = now() - sent;
      const Duration bound((took + 1) / 2);
      if (bound < best.bound) best = {.ahead = Duration(sent + took / 2 - firsts), .bound = bound};
    }
  }
  return best;
}

bool Ranks::EndIsAsked(bool ask) {
  const auto send = [](int to) {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Isend(nullptr, 0, MPI_CHAR, to, kEnd, MPI_COMM_WORLD, &request);
    if (request != MPI_REQUEST_NULL) MPI_Request_free(&request);
  };
  const bool is_told = TakeEnd();
  if (end_asked_) return true;
  if (!ask && !is_told) return false;
  end_asked_ = true;
  for (int other = 1; is_first() && other < size_; ++other) send(other);
  if (!is_first() && !is_told) send(0);
  return true;
}

std::vector<std::optional<std::string>> Ranks::Collect(const std::string& own, Duration patience) {
  const TimePoint give_up = TimerThread::SteadyNow() + patience;
  const auto ranks = static_cast<std::size_t>(size_);
  std::vector<std::optional<std::string>> texts(ranks);
  texts[0] = own;
  sizes_.assign(ranks, 0);
  texts_.assign(ranks, "");
  std::vector<MPI_Request> requests(ranks, MPI_REQUEST_NULL);
  for (std::size_t i = 1; i < ranks; ++i) {
    MPI_Irecv(&sizes_[i], 1, MPI_INT, static_cast<int>(i), kSize, MPI_COMM_WORLD, &requests[i]);
  }
  // From all of them at once: one that hangs must not make the others look as if they did.
  std::vector<bool> has_size(ranks, false);
  std::size_t missing = ranks - 1;
  while (missing > 0) {
    for (std::size_t i = 1; i < ranks; ++i) {
      if (texts[i] || !IsOver(requests[i])) continue;
      if (has_size[i]) {
        texts[i] = std::move(texts_[i]);
        --missing;
        continue;
      }
      has_size[i] = true;
      texts_[i].resize(static_cast<std::size_t>(std::max(0, sizes_[i])));
      MPI_Irecv(texts_[i].data(), sizes_[i], MPI_CHAR, static_cast<int>(i), kText, MPI_COMM_WORLD,
                &requests[i]);
    }
    if (TimerThread::SteadyNow() > give_up) break;
    if (missing > 0) std::this_thread::sleep_for(kLookEvery);
  }
  return texts;
}

void Ranks::TellAllCame() const {
  for (int other = 1; other < size_; ++other) {
    OrAbort(MPI_Send(nullptr, 0, MPI_CHAR, other, kCame, MPI_COMM_WORLD));
  }
}

void Ranks::Deliver(const std::string& text, Duration patience) const {
  const TimePoint give_up = TimerThread::SteadyNow() + patience;
  const int size = SizeOf(text);
  std::array<MPI_Request, 3> requests{{MPI_REQUEST_NULL, MPI_REQUEST_NULL, MPI_REQUEST_NULL}};
  MPI_Isend(&size, 1, MPI_INT, 0, kSize, MPI_COMM_WORLD, &requests[0]);
  MPI_Isend(text.data(), size, MPI_CHAR, 0, kText, MPI_COMM_WORLD, &requests[1]);
  MPI_Irecv(nullptr, 0, MPI_CHAR, 0, kCame, MPI_COMM_WORLD, &requests[2]);
  for (MPI_Request& request : requests) {
    if (WaitFor(request, give_up)) continue;
    std::fprintf(stderr, "%s: rank %d of %d: rank 0 did not take its result within %.0f s\n",
                 tool_.c_str(), index_, size_, Seconds(patience));
    std::_Exit(kExitInconclusive);  // at once: MPI may still read what we sent
  }
}

void Ranks::Abandon(int exit) const {
  MPI_Abort(MPI_COMM_WORLD, exit);
  std::_Exit(exit);
}

}  // namespace ringlab
