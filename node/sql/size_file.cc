#include "node/sql/size_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace ringlab {

namespace {

tl::unexpected<Error> CannotMap(const std::string& path, int error) {
  const bool scarce = error == EMFILE || error == ENFILE || error == ENOMEM || error == EAGAIN;
  return Fail(scarce ? Code::kResourceExhausted : Code::kInvalidArgument,
              "\"" + path + "\": " + std::strerror(error));
}

}  // namespace

Result<std::shared_ptr<const SizeIndex>> MapSizeFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return CannotMap(path, errno);
  struct stat facts{};
  if (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    close(file);
    return Fail(Code::kInvalidArgument, "\"" + path + "\": expected a regular file");
  }
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* const at = size == 0 ? nullptr : mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  const int error = errno;
  close(file);
  if (at == MAP_FAILED) return CannotMap(path, error);
  const std::shared_ptr<const void> owner(at, [size](void* mapped) {
    if (mapped != nullptr) munmap(mapped, size);
  });
  auto index = SizeIndex::Read({static_cast<const char*>(at), size}, owner);
  if (index) return index;
  return Fail(index.error().code, "\"" + path + "\": " + index.error().message);
}

}  // namespace ringlab
