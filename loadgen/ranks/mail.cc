#include "loadgen/ranks/mail.h"

#include <mpi.h>

#include <algorithm>
#include <list>
#include <utility>

namespace ringlab {

namespace {

constexpr int kMail = 6;  // the tag; those below are Ranks'

struct SentLetter {
  std::string text;
  MPI_Request request = MPI_REQUEST_NULL;
};

}  // namespace

struct RankMail::Outgoing {
  std::list<SentLetter> letters;  // a list, as MPI reads them where they are
};

RankMail::RankMail(const Ranks& ranks) : ranks_(ranks), outgoing_(std::make_unique<Outgoing>()) {}

RankMail::~RankMail() {
  if (!IsSent()) static_cast<void>(outgoing_.release());
}

void RankMail::Send(std::size_t to, std::string text) {
  SentLetter& letter = outgoing_->letters.emplace_back();
  letter.text = std::move(text);
  const auto size = static_cast<int>(std::min<std::size_t>(letter.text.size(), INT32_MAX));
  const int state = MPI_Isend(letter.text.data(), size, MPI_CHAR, static_cast<int>(to), kMail,
                              MPI_COMM_WORLD, &letter.request);
  if (state != MPI_SUCCESS) letter.request = MPI_REQUEST_NULL;
}

// One that cannot be sent is over too.
bool RankMail::IsSent() {
  std::erase_if(outgoing_->letters, [](SentLetter& letter) {
    int over = 0;
    if (letter.request == MPI_REQUEST_NULL) return true;
    return MPI_Test(&letter.request, &over, MPI_STATUS_IGNORE) != MPI_SUCCESS || over != 0;
  });
  return outgoing_->letters.empty();
}

std::optional<RankLetter> RankMail::Take() {
  IsSent();  // gives back what was sent
  if (ranks_.size() == 1) return std::nullopt;
  int there = 0;
  int size = 0;
  MPI_Status status;
  if (MPI_Iprobe(MPI_ANY_SOURCE, kMail, MPI_COMM_WORLD, &there, &status) != MPI_SUCCESS ||
      there == 0 || MPI_Get_count(&status, MPI_CHAR, &size) != MPI_SUCCESS || size < 0) {
    return std::nullopt;
  }
  RankLetter letter{.from = static_cast<std::size_t>(status.MPI_SOURCE),
                    .text = std::string(static_cast<std::size_t>(size), '\0')};
  const int state = MPI_Recv(letter.text.data(), size, MPI_CHAR, status.MPI_SOURCE, kMail,
                             MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  if (state != MPI_SUCCESS) return std::nullopt;
  return letter;
}

}  // namespace ringlab
