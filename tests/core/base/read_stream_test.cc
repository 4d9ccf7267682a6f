#include "core/base/read_stream.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace ringlab {
namespace {

// A file that fails after its first bytes, as one on a disk that is going.
class FailingBuffer final : public std::streambuf {
 public:
  FailingBuffer() { setg(bytes_, bytes_, bytes_ + sizeof bytes_); }

 private:
  int_type underflow() override { throw std::ios_base::failure("error reading the file"); }

  char bytes_[3] = {'a', 'b', 'c'};
};

TEST_CASE("a stream is read to its end, whatever bytes it has") {
  const std::string bytes("a\0b\r\n\xff", 6);
  std::istringstream stream(bytes);
  CHECK(ReadStream(stream) == bytes);
  std::istringstream empty;
  CHECK(ReadStream(empty) == "");
}

TEST_CASE("a stream that cannot be read is told, and throws nothing") {
  FailingBuffer failing;
  std::istream stream(&failing);
  CHECK(!ReadStream(stream));
  std::ifstream absent("/no/such/file");
  CHECK(!ReadStream(absent));
  std::ifstream folder("/");
  CHECK(!ReadStream(folder));
}

}  // namespace
}  // namespace ringlab
