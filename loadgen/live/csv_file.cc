#include "loadgen/live/csv_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace ringlab {

namespace {

std::string CannotBeWritten(const std::string& file) {
  return "\"" + file + "\": cannot be written: " + std::strerror(errno);
}

}  // namespace

Result<std::unique_ptr<CsvFile>> CsvFile::Open(const std::string& file) {
  // A FIFO without a reader is refused at once. Appended to, so that somebody who empties a file
  // that grows too long finds the next row at its beginning.
  constexpr int kHow = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NONBLOCK | O_CLOEXEC;
  const int fd = ::open(file.c_str(), kHow, 0666);
  if (fd < 0) return Fail(Code::kInvalidArgument, CannotBeWritten(file) + "; expected a file");
  return std::unique_ptr<CsvFile>(new CsvFile(file, fd));
}

CsvFile::~CsvFile() { ::close(fd_); }

void CsvFile::Append(std::string_view row) {
  if (torn_) return;
  const std::size_t whole = row.size();
  while (!row.empty()) {
    const ssize_t size = ::write(fd_, row.data(), row.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) {
      if (failure_.empty()) failure_ = CannotBeWritten(file_);
      torn_ = row.size() < whole;
      return;
    }
    row.remove_prefix(static_cast<std::size_t>(size));
  }
}

}  // namespace ringlab
