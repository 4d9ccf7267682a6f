#include "node/security/tls_copies.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace ringlab {

namespace {

// In the order of the descriptors.
constexpr std::array kPaths = {&TlsFiles::cert, &TlsFiles::key, &TlsFiles::ca};
constexpr std::array kContents = {&TlsContents::cert, &TlsContents::key, &TlsContents::ca};

std::string PathOf(int descriptor) { return "/proc/self/fd/" + std::to_string(descriptor); }

tl::unexpected<Error> NoCopy(int error) {
  return Fail(Code::kResourceExhausted,
              std::string("copy certificates into memory: ") + std::strerror(error));
}

// Closes what is not given away.
class MemoryFile {
 public:
  MemoryFile() = default;
  MemoryFile(MemoryFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  MemoryFile& operator=(MemoryFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~MemoryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  static Result<MemoryFile> Of(const std::string& content) {
    MemoryFile file;
    file.descriptor_ = memfd_create("tls", MFD_CLOEXEC);
    if (file.descriptor_ < 0) return NoCopy(errno);
    for (std::size_t at = 0; at < content.size();) {
      const ssize_t written = write(file.descriptor_, content.data() + at, content.size() - at);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return NoCopy(errno);
      at += static_cast<std::size_t>(written);
    }
    return file;
  }

  explicit operator bool() const { return descriptor_ >= 0; }
  int Release() { return std::exchange(descriptor_, -1); }

  // Takes the place of another one, under its number.
  Result<void> Replace(int other) {
    while (dup3(descriptor_, other, O_CLOEXEC) != other) {
      if (errno != EINTR && errno != EBUSY) return NoCopy(errno);
    }
    return {};
  }

 private:
  int descriptor_ = -1;
};

}  // namespace

Result<TlsCopies> TlsCopies::Of(const TlsFiles& files) {
  TlsCopies copies(files);
  if (auto taken = copies.Follow(); !taken) return tl::unexpected<Error>(taken.error());
  return copies;
}

TlsCopies::TlsCopies(TlsCopies&& other) noexcept
    : files_(std::move(other.files_)),
      used_(std::move(other.used_)),
      told_(std::move(other.told_)),
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
  auto looked = Look();
  const std::string trouble = looked ? "" : looked.error().message;
  if (!looked && trouble == told_) return false;
  told_ = trouble;
  return looked;
}

Result<bool> TlsCopies::Look() {
  const auto contents = ReadTls(files_);
  if (!contents) return tl::unexpected<Error>(contents.error());
  if (*contents == used_) return false;
  if (auto taken = Take(*contents); !taken) return tl::unexpected<Error>(taken.error());
  used_ = *contents;
  return true;
}

// What is checked is what is used: the files may change meanwhile. All copies are made before the
// first is taken, and one gives way to the next under its own number, at once, so that nobody reads
// a half of one.
Result<void> TlsCopies::Take(const TlsContents& contents) {
  if (auto good = CheckTls(files_, contents); !good) return good;
  std::array<MemoryFile, kFiles> next;
  for (std::size_t i = 0; i < kFiles; ++i) {
    if ((files_.*kPaths[i]).empty()) continue;
    auto copy = MemoryFile::Of(contents.*kContents[i]);
    if (!copy) return tl::unexpected<Error>(copy.error());
    next[i] = *std::move(copy);
  }
  for (std::size_t i = 0; i < kFiles; ++i) {
    if (!next[i]) continue;
    if (copies_[i] < 0) {
      copies_[i] = next[i].Release();
    } else if (auto replaced = next[i].Replace(copies_[i]); !replaced) {
      return replaced;
    }
  }
  return {};
}

}  // namespace ringlab
