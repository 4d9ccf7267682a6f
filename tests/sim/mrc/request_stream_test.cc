#include "sim/mrc/request_stream.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "core/base/hash.h"

namespace ringlab {
namespace {

// A trace's file, for as long as this is there.
class TraceFile {
 public:
  explicit TraceFile(const std::string& text) {
    char name[] = "/tmp/ringlab-stream-XXXXXX";
    const int fd = mkstemp(name);
    REQUIRE(fd >= 0);
    close(fd);
    path_ = name;
    std::ofstream(path_) << text;
  }
  ~TraceFile() { unlink(path_.c_str()); }
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  StreamOptions options() const {
    return {.keys = 1,
            .trace = TraceOptions{.file = path_, .own_times = false},
            .sizes_of_source = false};
  }

 private:
  std::string path_;
};

TEST_CASE("drawn requests are those of the seed, and popular as the law says") {
  const StreamOptions options{.seed = 3, .keys = 1000, .zipf_s = 1, .requests = 20'000};
  RequestStream first(options);
  RequestStream second(options);
  StreamRequest a;
  StreamRequest b;
  std::map<std::string, int> counts;
  while (first.Next(a)) {
    REQUIRE(second.Next(b));
    REQUIRE(a.key == b.key);
    REQUIRE(a.hash == HashKey(a.key));
    REQUIRE(a.op == TraceOp::kGet);
    ++counts[std::string(a.key)];
    REQUIRE(first.value_bytes() == 100);
  }
  CHECK_FALSE(second.Next(b));
  CHECK(first.given() == 20'000);
  CHECK_FALSE(first.error());
  int most = 0;
  for (const auto& [key, count] : counts) most = std::max(most, count);
  CHECK(most == Approx(20'000 / 7.485).epsilon(0.1));  // H(1000) = 7.485
}

TEST_CASE("keys that the source has no value for are left out") {
  RequestStream stream({.keys = 1000, .requests = 10'000, .source = {.not_found = 0.3}});
  StreamRequest request;
  while (stream.Next(request)) REQUIRE(SyntheticExists({.not_found = 0.3}, request.key));
  CHECK(stream.given() + stream.absent() == 10'000);
  CHECK(stream.absent() > 1000);
}

TEST_CASE("a trace gives its requests in order; a size that is not told is the mean so far") {
  const TraceFile file(
      "time,op,key,size\n0,get,a,100\n1,set,b,300\n1,get,c,0\n2,delete,a,0\n3,get,b,800\n");
  RequestStream stream(file.options());
  StreamRequest request;
  std::vector<std::string> said;
  while (stream.Next(request)) {
    said.push_back(std::string(request.key) + " " + std::to_string(static_cast<int>(request.op)) +
                   " " + std::to_string(stream.value_bytes()));
  }
  CHECK(said == std::vector<std::string>{"a 0 100", "b 1 300", "c 0 200", "a 2 200", "b 0 800"});
  CHECK(stream.size_told());
}

TEST_CASE("sizes of a trace may come from a source, and the trace may be cut") {
  const TraceFile file("time,op,key,size\n0,get,a,0\n1,get,b,0\n1,get,c,0\n");
  StreamOptions options = file.options();
  RequestStream untold(options);
  StreamRequest request;
  while (untold.Next(request)) CHECK(untold.value_bytes() == 0);
  CHECK_FALSE(untold.size_told());
  options.sizes_of_source = true;
  options.source = {.size_min = 40, .size_max = 40};
  options.requests = 2;
  RequestStream stream(options);
  while (stream.Next(request)) CHECK(stream.value_bytes() == 40);
  CHECK(stream.given() == 2);
}

TEST_CASE("a trace that cannot be read says so") {
  StreamOptions options{.trace = TraceOptions{.file = "/nonexistent", .own_times = false}};
  RequestStream stream(options);
  StreamRequest request;
  CHECK_FALSE(stream.Next(request));
  REQUIRE(stream.error());
  CHECK(stream.error()->message.find("/nonexistent") != std::string::npos);
}

}  // namespace
}  // namespace ringlab
