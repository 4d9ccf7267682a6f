#include "node/security/tls_copies.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "core/base/check.h"

namespace ringlab {

namespace {

// In the order of the descriptors.
constexpr std::array kPaths = {&TlsFiles::cert, &TlsFiles::key, &TlsFiles::ca};

std::string PathOf(int descriptor) { return "/proc/self/fd/" + std::to_string(descriptor); }

std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

int InMemory(const std::string& content) {
  const int descriptor = memfd_create("tls", MFD_CLOEXEC);
  RL_CHECK_BECAUSE(descriptor >= 0, "a file in memory");
  for (std::size_t at = 0; at < content.size();) {
    const ssize_t written = write(descriptor, content.data() + at, content.size() - at);
    RL_CHECK_BECAUSE(written > 0, "a file in memory takes what fits into memory");
    at += static_cast<std::size_t>(written);
  }
  return descriptor;
}

// Messages name the file that it is about, not our copy.
void Rename(std::string& message, const std::string& from, const std::string& to) {
  for (std::size_t at = message.find(from); at != std::string::npos; at = message.find(from, at)) {
    message.replace(at, from.size(), to);
    at += to.size();
  }
}

}  // namespace

Result<TlsCopies> TlsCopies::Of(const TlsFiles& files) {
  TlsCopies copies(files);
  if (auto taken = copies.Follow(); !taken) return tl::unexpected<Error>(taken.error());
  return copies;
}

TlsCopies::TlsCopies(TlsCopies&& other) noexcept
    : files_(std::move(other.files_)),
      seen_(std::move(other.seen_)),
      copies_(std::exchange(other.copies_, {-1, -1, -1})) {}

TlsCopies::~TlsCopies() {
  for (const int copy : copies_) {
    if (copy >= 0) close(copy);
  }
}

TlsFiles TlsCopies::copies() const {
  TlsFiles files = files_;
  for (std::size_t i = 0; i < kFiles; ++i) {
    if (copies_[i] >= 0) files.*kPaths[i] = PathOf(copies_[i]);
  }
  return files;
}

Result<bool> TlsCopies::Follow() {
  Contents contents;
  for (std::size_t i = 0; i < kFiles; ++i) contents[i] = ContentOf(files_.*kPaths[i]);
  if (contents == seen_) return false;
  seen_ = contents;
  if (auto taken = Take(contents); !taken) return tl::unexpected<Error>(taken.error());
  return true;
}

// What is checked is what is used: the files may change meanwhile. A copy gives way to the next
// under its own name, at once, so that nobody reads a half of one.
Result<void> TlsCopies::Take(const Contents& contents) {
  TlsCopies next(files_);
  for (std::size_t i = 0; i < kFiles; ++i) {
    if (!(files_.*kPaths[i]).empty()) next.copies_[i] = InMemory(contents[i]);
  }
  if (auto good = CheckTls(next.copies()); !good) {
    for (std::size_t i = 0; i < kFiles; ++i) {
      Rename(good.error().message, PathOf(next.copies_[i]), files_.*kPaths[i]);
    }
    return good;
  }
  for (std::size_t i = 0; i < kFiles; ++i) {
    if (copies_[i] < 0) {
      copies_[i] = std::exchange(next.copies_[i], -1);
    } else {
      RL_CHECK(dup3(next.copies_[i], copies_[i], O_CLOEXEC) == copies_[i]);
    }
  }
  return {};
}

}  // namespace ringlab
