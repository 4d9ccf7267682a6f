// Rows that are appended while a run goes on.
#include "loadgen/live/csv_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/read_stream.h"

namespace ringlab {
namespace {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "rows-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string At(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

TEST_CASE("rows are in the file as soon as they are appended, after what was there went") {
  const Folder folder;
  const std::string name = folder.At("rows.csv");
  std::ofstream(name) << "an older run's";
  const auto file = CsvFile::Open(name);
  REQUIRE(file);
  for (const std::string expected : {"a,b\n", "a,b\n1,2\n"}) {
    (*file)->Append(expected.substr(expected.size() - 4));
    std::ifstream written(name);
    CHECK(ReadStream(written) == expected);
  }
  CHECK((*file)->failure().empty());
}

TEST_CASE("what cannot be written is told, by its name") {
  const Folder folder;
  const auto none = CsvFile::Open(folder.At("no/such/folder"));
  REQUIRE(!none);
  CHECK(none.error().message.find("no/such/folder") != std::string::npos);
  const auto full = CsvFile::Open("/dev/full");
  REQUIRE(full);
  (*full)->Append("1,2\n");
  CHECK((*full)->failure().find("\"/dev/full\": cannot be written") == 0);
}

TEST_CASE("a file that is emptied meanwhile begins anew") {
  const Folder folder;
  const std::string name = folder.At("rows.csv");
  const auto file = CsvFile::Open(name);
  REQUIRE(file);
  (*file)->Append("1,2\n");
  std::filesystem::resize_file(name, 0);
  (*file)->Append("3,4\n");
  std::ifstream written(name);
  CHECK(ReadStream(written) == "3,4\n");
}

TEST_CASE("after a part of a row there is no other one") {
  struct rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const Folder folder;
  const std::string name = folder.At("rows.csv");
  const auto file = CsvFile::Open(name);
  REQUIRE(file);
  const auto handled = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit small = before;
  small.rlim_cur = 6;
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  (*file)->Append("1,2\n");
  (*file)->Append("3,4\n");
  REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, handled);
  (*file)->Append("5,6\n");
  std::ifstream written(name);
  CHECK(ReadStream(written) == "1,2\n3,");
  CHECK_FALSE((*file)->failure().empty());
}

TEST_CASE("a pipe that nobody reads is refused, and one that is full holds nobody up") {
  const Folder folder;
  const std::string name = folder.At("pipe");
  REQUIRE(mkfifo(name.c_str(), 0600) == 0);
  CHECK(!CsvFile::Open(name));
  const int reader = open(name.c_str(), O_RDONLY | O_NONBLOCK);
  const auto file = CsvFile::Open(name);
  REQUIRE(file);
  const std::string row(4096, 'x');
  for (int i = 0; i < 100; ++i) (*file)->Append(row);
  CHECK_FALSE((*file)->failure().empty());
  close(reader);
}

}  // namespace
}  // namespace ringlab
