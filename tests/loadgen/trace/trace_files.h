// Traces in memory and in files, for tests.
#pragma once

#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/read_stream.h"
#include "loadgen/trace/trace_reader.h"

namespace ringlab {

inline std::string Gzip(std::string_view bytes) {
  std::string packed(compressBound(bytes.size()) + 64, '\0');
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  REQUIRE(deflateEnd(&stream) == Z_OK);
  return packed;
}

inline std::string Zstd(std::string_view bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 1));
  return packed;
}

// A record of oracleGeneral.
inline std::string OracleRecord(std::uint32_t time, std::uint64_t id, std::uint32_t size = 1,
                                std::int64_t next = -1) {
  std::string bytes(24, '\0');
  std::memcpy(bytes.data(), &time, 4);
  std::memcpy(bytes.data() + 4, &id, 8);
  std::memcpy(bytes.data() + 12, &size, 4);
  std::memcpy(bytes.data() + 16, &next, 8);
  return bytes;
}

// A file of the test's own, gone with it.
class TraceFile {
 public:
  explicit TraceFile(std::string_view bytes = "") {
    static int number = 0;
    path_ = (std::filesystem::temp_directory_path() /
             ("ringlab-trace-" + std::to_string(::getpid()) + "-" + std::to_string(++number)))
                .string();
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TraceFile() { std::remove(path_.c_str()); }
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  const std::string& path() const { return path_; }
  std::string bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return ReadStream(file).value();
  }

 private:
  std::string path_;
};

// Records, each as "time_ns op key-or-id size ttl xcount", or the error in the end.
struct ReadAll {
  explicit ReadAll(std::string_view bytes, std::optional<TraceFormat> format = {}) {
    auto made = ReadTrace(BytesOf(bytes), "T", format);
    if (!made) {
      error = made.error().message;
      return;
    }
    reader = *std::move(made);
    TraceRecord r;
    TraceStep step = TraceStep::kRecord;
    while ((step = reader->Next(r)) == TraceStep::kRecord) {
      records.push_back(std::to_string(r.time.count()) + " " +
                        std::string(r.op == TraceOp::kGet   ? "get"
                                    : r.op == TraceOp::kSet ? "set"
                                                            : "remove") +
                        " " + (r.key.empty() ? std::to_string(r.id) : std::string(r.key)) + " " +
                        std::to_string(r.size) + " " + std::to_string(r.ttl_s) + " x" +
                        std::to_string(r.count));
    }
    REQUIRE(reader->Next(r) == step);  // it stays so
    if (step == TraceStep::kError) error = reader->error().message;
  }

  std::unique_ptr<TraceReader> reader;
  std::vector<std::string> records;
  std::string error;
};

}  // namespace ringlab
