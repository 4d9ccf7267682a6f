#include "loadgen/trace/part_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace ringlab {

namespace {

mode_t ModeOfNew() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

}  // namespace

Result<std::unique_ptr<PartFile>> PartFile::Create(const std::string& file) {
  std::unique_ptr<PartFile> part(new PartFile(file));
  if (part->OpenBeside()) return part;
  part->stream_.reset(std::fopen(file.c_str(), "w+be"));  // "e", of glibc: close on exec
  if (part->stream_ == nullptr) return part->Failed("write");
  return part;
}

PartFile::~PartFile() {
  if (!beside_.empty()) (void)unlink(beside_.c_str());
}

bool PartFile::OpenBeside() {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::is_symlink(name_, error) && !fs::exists(name_, error)) return false;
  const fs::path place = fs::weakly_canonical(name_, error);
  if (error) return false;
  struct stat facts{};
  const bool is_there = stat(place.c_str(), &facts) == 0;
  // What may not be written as it is may not be replaced either.
  if (is_there &&
      (!S_ISREG(facts.st_mode) || facts.st_nlink > 1 || access(place.c_str(), W_OK) != 0)) {
    return false;
  }
  std::string beside = place.parent_path() / ("." + place.filename().string() + ".XXXXXX");
  const int fd = mkostemp(beside.data(), O_CLOEXEC);
  if (fd < 0) return false;
  beside_ = std::move(beside);
  place_ = place.string();
  if (is_there && fchown(fd, facts.st_uid, facts.st_gid) != 0) errno = 0;
  (void)fchmod(fd, is_there ? facts.st_mode & 07777 : ModeOfNew());
  stream_.reset(fdopen(fd, "w+b"));
  if (stream_ != nullptr) return true;
  (void)close(fd);
  (void)unlink(std::exchange(beside_, "").c_str());
  return false;
}

Result<void> PartFile::Keep() {
  if (std::fclose(stream_.release()) != 0) return Failed("complete");
  if (beside_.empty()) return {};
  if (std::rename(beside_.c_str(), place_.c_str()) != 0) return Failed("complete");
  beside_.clear();
  return {};
}

tl::unexpected<Error> PartFile::Failed(const char* what) const {
  return Fail(Code::kUnavailable, std::string("cannot ") + what + " \"" + name_ +
                                      "\": " + std::string(std::strerror(errno)));
}

}  // namespace ringlab
