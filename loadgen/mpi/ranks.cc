#include "loadgen/mpi/ranks.h"

#include <mpi.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <thread>

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

// Whether it is over in time. A request that is not is left to itself.
bool WaitFor(MPI_Request& request, TimePoint give_up) {
  while (true) {
    int over = 0;
    if (MPI_Test(&request, &over, MPI_STATUS_IGNORE) != MPI_SUCCESS) return false;
    if (over != 0) return true;
    if (TimerThread::SteadyNow() > give_up) return false;
    std::this_thread::sleep_for(kLookEvery);
  }
}

}  // namespace

Result<std::unique_ptr<Ranks>> Ranks::Start(int* argc, char*** argv) {
  int provided = 0;
  if (MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) {
    return Fail(Code::kUnavailable, "MPI does not start here");
  }
  if (provided < MPI_THREAD_FUNNELED) {
    return Fail(Code::kUnavailable, "this MPI knows no threads (MPI_THREAD_FUNNELED)");
  }
  // A message to a rank that died fails; it does not end those that live.
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  int index = 0;
  int size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &index);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return std::unique_ptr<Ranks>(new Ranks(index, size));
}

Ranks::~Ranks() { Leave(); }

void Ranks::Leave() {
  if (!left_) MPI_Finalize();
  left_ = true;
}

std::vector<std::string> Ranks::Everybodys(const std::string& text) const {
  const int own = SizeOf(text);
  std::vector<int> sizes(static_cast<std::size_t>(size_));
  MPI_Allgather(&own, 1, MPI_INT, sizes.data(), 1, MPI_INT, MPI_COMM_WORLD);
  std::vector<int> places;
  int all = 0;
  for (const int size : sizes) {
    places.push_back(all);
    all += size;
  }
  std::string joined(static_cast<std::size_t>(all), '\0');
  MPI_Allgatherv(text.data(), own, MPI_CHAR, joined.data(), sizes.data(), places.data(), MPI_CHAR,
                 MPI_COMM_WORLD);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    texts.push_back(
        joined.substr(static_cast<std::size_t>(places[i]), static_cast<std::size_t>(sizes[i])));
  }
  return texts;
}

std::int64_t Ranks::FromFirst(std::int64_t number) const {
  MPI_Bcast(&number, 1, MPI_INT64_T, 0, MPI_COMM_WORLD);
  return number;
}

ClockOffset Ranks::MeasureClock() const {
  constexpr int kRounds = 200;
  const auto now = [] { return TimerThread::SteadyNow().time_since_epoch().count(); };
  ClockOffset best{.ahead = {}, .bound = is_first() ? Duration{} : Duration::max()};
  for (int other = 1; other < size_; ++other) {
    MPI_Barrier(MPI_COMM_WORLD);  // so that none waits busily while another measures
    for (int round = 0; round < kRounds && (is_first() || index_ == other); ++round) {
      std::int64_t firsts = 0;
      if (is_first()) {
        MPI_Recv(&firsts, 1, MPI_INT64_T, other, kPing, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        firsts = now();
        MPI_Send(&firsts, 1, MPI_INT64_T, other, kPing, MPI_COMM_WORLD);
        continue;
      }
      const std::int64_t sent = now();
      MPI_Send(&firsts, 1, MPI_INT64_T, 0, kPing, MPI_COMM_WORLD);
      MPI_Recv(&firsts, 1, MPI_INT64_T, 0, kPing, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
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
  int there = 0;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, kEnd, MPI_COMM_WORLD, &there, &status);
  if (there != 0) {
    MPI_Recv(nullptr, 0, MPI_CHAR, status.MPI_SOURCE, kEnd, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  }
  if (end_asked_) return true;
  if (!ask && there == 0) return false;
  end_asked_ = true;
  for (int other = 1; is_first() && other < size_; ++other) send(other);
  if (!is_first() && there == 0) send(0);
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
  for (std::size_t i = 1; i < ranks; ++i) {
    bool came = WaitFor(requests[i], give_up);
    if (came) {
      texts_[i].resize(static_cast<std::size_t>(std::max(0, sizes_[i])));
      MPI_Irecv(texts_[i].data(), sizes_[i], MPI_CHAR, static_cast<int>(i), kText, MPI_COMM_WORLD,
                &requests[i]);
      came = WaitFor(requests[i], give_up);
    }
    if (came) texts[i] = texts_[i];
  }
  return texts;
}

void Ranks::Tell(bool all_came) const {
  int told = all_came ? 1 : 0;
  for (int other = 1; other < size_; ++other) {
    MPI_Send(&told, 1, MPI_INT, other, kCame, MPI_COMM_WORLD);
  }
}

bool Ranks::Deliver(const std::string& text, Duration patience) const {
  const TimePoint give_up = TimerThread::SteadyNow() + patience;
  const int size = SizeOf(text);
  std::array<MPI_Request, 3> requests{};
  int told = 0;
  MPI_Irecv(&told, 1, MPI_INT, 0, kCame, MPI_COMM_WORLD, &requests[2]);
  MPI_Isend(&size, 1, MPI_INT, 0, kSize, MPI_COMM_WORLD, &requests[0]);
  MPI_Isend(text.data(), size, MPI_CHAR, 0, kText, MPI_COMM_WORLD, &requests[1]);
  for (MPI_Request& request : requests) {
    if (!WaitFor(request, give_up)) std::_Exit(3);  // rank 0 has gone, and its buffers are ours
  }
  return told != 0;
}

void Ranks::Abandon(int exit) const {
  MPI_Abort(MPI_COMM_WORLD, exit);
  std::_Exit(exit);
}

}  // namespace ringlab
