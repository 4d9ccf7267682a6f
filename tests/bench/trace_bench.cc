// How fast recorded traces are read, and what of memory that takes.
//
// Bounds: binary (oracleGeneral) 20 M records/s, CSV 1.6 M/s; and held_KiB, the most that a reader
// held of the heap, is the same for a file ten times as long.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/check.h"
#include "core/base/read_stream.h"
#include "loadgen/trace/trace_reader.h"
#include "loadgen/trace/trace_writer.h"

namespace ringlab {
namespace {

enum Packing : std::int64_t { kPlain, kGzip, kZstd };

// Requests as loadgen's own plans have them, a thousand a second.
void WriteRecords(const std::string& file, TraceFormat format, std::uint32_t records) {
  auto writer = TraceWriter::Create(file, format);
  RL_CHECK(writer.has_value());
  std::string key;
  for (std::uint32_t i = 0; i < records; ++i) {
    const std::uint32_t id = i * 2'654'435'761U % 100'000;
    key = "key-" + std::to_string(id);
    const TraceRecord record{
        .time = Duration(std::int64_t{i} * 1'001'357), .key = key, .id = id, .size = 100};
    RL_CHECK((*writer)->Write(record).has_value());
  }
  RL_CHECK((*writer)->Finish().has_value());
}

std::string Packed(const std::string& bytes, std::int64_t packing) {
  std::string packed(std::max(ZSTD_compressBound(bytes.size()), compressBound(bytes.size())) + 64,
                     '\0');
  if (packing == kZstd) {
    packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3));
    return packed;
  }
  z_stream stream{};
  RL_CHECK(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  RL_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  RL_CHECK(deflateEnd(&stream) == Z_OK);
  return packed;
}

// A file of this process's own, which goes with it.
class RecordedFile {
 public:
  RecordedFile(TraceFormat format, std::int64_t packing, std::uint32_t records)
      : path_((std::filesystem::temp_directory_path() /
               ("ringlab-trace-bench-" + std::to_string(getpid())))
                  .string()) {
    WriteRecords(path_, format, records);
    if (packing == kPlain) return;
    std::ifstream plain(path_, std::ios::binary);
    const std::string bytes = ReadStream(plain).value();
    std::ofstream(path_, std::ios::binary) << Packed(bytes, packing);
  }
  ~RecordedFile() { std::remove(path_.c_str()); }
  RecordedFile(const RecordedFile&) = delete;
  RecordedFile& operator=(const RecordedFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::size_t HeapInUse() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

// From the opening of a file to its last record.
void BM_TraceFile(benchmark::State& state) {
  const auto format = static_cast<TraceFormat>(state.range(0));
  const auto records = static_cast<std::uint32_t>(state.range(2)) * 1000;
  const RecordedFile file(format, state.range(1), records);
  std::size_t held = 0;
  for ([[maybe_unused]] auto _ : state) {
    const std::size_t before = HeapInUse();
    auto reader = OpenTrace(file.path(), std::nullopt);
    RL_CHECK(reader.has_value());
    TraceRecord record;
    std::uint64_t read = 0;
    while ((*reader)->Next(record) == TraceStep::kRecord) {
      benchmark::DoNotOptimize(record);
      constexpr std::uint64_t kLookEvery = 65'536;  // a look takes a microsecond
      if (++read % kLookEvery == 0) held = std::max(held, HeapInUse() - before);
    }
    RL_CHECK(read == records);
  }
  state.SetItemsProcessed(state.iterations() * records);
  state.counters["held_KiB"] = static_cast<double>(held) / 1024;
  state.SetLabel(std::string(TraceFormatName(format)));
}

void Files(benchmark::internal::Benchmark* bench) {
  for (const std::int64_t thousands : {200, 2000}) {
    for (const std::int64_t packing : {kPlain, kGzip, kZstd}) {
      for (const TraceFormat format : {TraceFormat::kOracle, TraceFormat::kCsv,
                                       TraceFormat::kTwitter, TraceFormat::kKvcache}) {
        if (packing != kPlain && format != TraceFormat::kOracle && format != TraceFormat::kCsv) {
          continue;  // text is packed alike
        }
        bench->Args({static_cast<std::int64_t>(format), packing, thousands});
      }
    }
  }
}
BENCHMARK(BM_TraceFile)
    ->ArgNames({"format", "packing", "k"})
    ->Apply(Files)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ringlab
