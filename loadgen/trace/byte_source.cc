#include "loadgen/trace/byte_source.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "loadgen/trace/decompress.h"

namespace ringlab {

namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};

class FileBytes final : public ByteSource {
 public:
  explicit FileBytes(std::FILE* file) : file_(file) {
    (void)std::setvbuf(file, nullptr, _IONBF, 0);  // who reads has a buffer
  }

  Result<std::size_t> Read(std::span<char> buffer) override {
    const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file_.get());
    if (count == 0 && std::ferror(file_.get()) != 0) {
      return Fail(Code::kUnavailable, std::string("cannot be read: ") + std::strerror(errno));
    }
    return count;
  }

 private:
  std::unique_ptr<std::FILE, CloseFile> file_;
};

class BytesInMemory final : public ByteSource {
 public:
  explicit BytesInMemory(std::string_view bytes) : rest_(bytes) {}

  Result<std::size_t> Read(std::span<char> buffer) override {
    const std::size_t count = std::min(buffer.size(), rest_.size());
    std::copy_n(rest_.begin(), count, buffer.begin());
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
};

Result<std::FILE*> OpenRegular(const std::string& file) {
  const auto cannot = [](std::error_code why) {
    return Fail(why == std::errc::permission_denied ? Code::kPermissionDenied : Code::kUnavailable,
                "cannot be opened: " + why.message());
  };
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return Fail(Code::kNotFound, "there is no such file");
  }
  if (!std::filesystem::status_known(status)) return cannot(error);  // nobody knows what is there
  if (!std::filesystem::is_regular_file(status)) {
    return Fail(Code::kInvalidArgument,
                "is no regular file, which every worker reads from its beginning");
  }
  // "e", of glibc: a node that is started must not inherit it.
  std::FILE* const opened = std::fopen(file.c_str(), "rbe");
  if (opened != nullptr) return opened;
  return cannot({errno, std::generic_category()});
}

}  // namespace

Result<std::unique_ptr<ByteSource>> OpenBytes(const std::string& file) {
  const auto opened = OpenRegular(file);
  if (!opened) return tl::unexpected<Error>(opened.error());
  return Decompressed(std::make_unique<FileBytes>(*opened));
}

std::unique_ptr<ByteSource> BytesOf(std::string_view bytes) {
  auto source = Decompressed(std::make_unique<BytesInMemory>(bytes));
  return *std::move(source);  // memory can be read
}

}  // namespace ringlab
