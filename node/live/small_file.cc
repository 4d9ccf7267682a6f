#include "node/live/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace ringlab {

namespace {

bool IsScarcity(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM || error == EAGAIN;
}

tl::unexpected<Error> CannotRead(const std::string& path, int error) {
  return Fail(IsScarcity(error) ? Code::kResourceExhausted : Code::kInvalidArgument,
              "\"" + path + "\": " + std::strerror(error));
}

// The bytes up to one more than the limit, or -1 and errno.
ssize_t ReadAll(int file, std::size_t bytes_max, std::string& bytes) {
  std::array<char, 4096> piece;
  while (bytes.size() <= bytes_max) {
    const ssize_t got = read(file, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got;
    bytes.append(piece.data(), static_cast<std::size_t>(got));
  }
  return 0;
}

}  // namespace

Result<std::string> ReadSmallFile(const std::string& path, std::size_t bytes_max) {
  // Without waiting for the other end of a pipe that somebody has put there.
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return CannotRead(path, errno);
  struct stat status{};
  if (fstat(file, &status) == 0 && !S_ISREG(status.st_mode)) {
    close(file);
    return Fail(Code::kInvalidArgument, "\"" + path + "\": expected a regular file");
  }
  std::string bytes;
  const ssize_t end = ReadAll(file, bytes_max, bytes);
  const int error = errno;
  close(file);
  if (end < 0) return CannotRead(path, error);
  if (bytes.size() <= bytes_max) return bytes;
  return Fail(Code::kInvalidArgument, "\"" + path + "\": more than " + std::to_string(bytes_max) +
                                          " bytes, which is too large for such a file");
}

}  // namespace ringlab
