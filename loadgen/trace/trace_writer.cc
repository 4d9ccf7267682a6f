#include "loadgen/trace/trace_writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "loadgen/trace/oracle_reader.h"

namespace ringlab {

namespace {

constexpr std::size_t kFlushBytes = std::size_t{256} << 10;

void AppendNumber(std::uint64_t number, std::string& text) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

template <class T>
void AppendBytes(T value, std::string& bytes) {
  static_assert(std::endian::native == std::endian::little, "copied as they are");
  std::array<char, sizeof(T)> raw{};
  std::memcpy(raw.data(), &value, sizeof value);
  bytes.append(raw.data(), raw.size());
}

// oracleGeneral has 32 bits for a time, and readers refuse a later one of any format.
constexpr std::uint64_t kSecondsMax = UINT32_MAX;

std::uint64_t WholeSeconds(const TraceRecord& record) {
  return static_cast<std::uint64_t>(record.time / std::chrono::seconds(1));
}

std::string_view NameOf(TraceOp op) {
  return op == TraceOp::kGet ? "get" : op == TraceOp::kSet ? "set" : "delete";
}

// In quotes where a comma or a quote would end the field.
void AppendQuoted(std::string_view key, std::string& text) {
  if (key.find_first_of(",\"") == std::string_view::npos) {
    text.append(key);
    return;
  }
  text.push_back('"');
  for (const char c : key) text.append(c == '"' ? 2 : 1, c);
  text.push_back('"');
}

}  // namespace

TraceWriter::TraceWriter(std::string name, std::unique_ptr<PartFile> file, TraceFormat format)
    : name_(std::move(name)), file_(std::move(file)), format_(format) {
  if (format == TraceFormat::kCsv) buffer_ = "time,op,key,size,ttl\n";
  if (format == TraceFormat::kKvcache) {
    buffer_ = "op_time,key,key_size,op,op_count,size,cache_hits,ttl\n";
  }
}

TraceWriter::~TraceWriter() = default;

Result<std::unique_ptr<TraceWriter>> TraceWriter::Create(const std::string& file,
                                                         TraceFormat format) {
  auto part = PartFile::Create(file);
  if (!part) return tl::unexpected<Error>(std::move(part.error()));
  return std::unique_ptr<TraceWriter>(new TraceWriter(file, *std::move(part), format));
}

Result<void> TraceWriter::Write(const TraceRecord& record) {
  if (WholeSeconds(record) > kSecondsMax) {
    return Fail(Code::kOutOfRange,
                "cannot write \"" + name_ + "\": a request is due after " +
                    std::to_string(WholeSeconds(record)) +
                    " s; expected 4294967295 s at most, as with a higher speed=");
  }
  if (format_ == TraceFormat::kOracle && record.op == TraceOp::kRemove) {
    left_out_ += record.count;
    return {};
  }
  const std::uint32_t rows = format_ == TraceFormat::kKvcache ? 1 : record.count;
  for (std::uint32_t i = 0; i < rows; ++i) {
    switch (format_) {
      case TraceFormat::kCsv: AppendCsv(record); break;
      case TraceFormat::kTwitter: AppendTwitter(record); break;
      case TraceFormat::kKvcache: AppendKvcache(record); break;
      case TraceFormat::kOracle: AppendOracle(record); break;
    }
    if (buffer_.size() < kFlushBytes) continue;
    if (auto flushed = Flush(); !flushed) return flushed;
  }
  written_ += record.count;
  return {};
}

void TraceWriter::AppendCsv(const TraceRecord& record) {
  AppendNumber(WholeSeconds(record), buffer_);
  const auto nanoseconds =
      static_cast<std::uint64_t>((record.time % std::chrono::seconds(1)).count());
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const std::size_t point = buffer_.size();
  AppendNumber(kSecond + nanoseconds, buffer_);  // "1" and nine digits
  buffer_[point] = '.';
  buffer_.append(",").append(NameOf(record.op)).append(",");
  AppendQuoted(record.key, buffer_);
  buffer_.push_back(',');
  AppendNumber(record.size, buffer_);
  buffer_.push_back(',');
  AppendNumber(record.ttl_s, buffer_);
  buffer_.push_back('\n');
}

void TraceWriter::AppendTwitter(const TraceRecord& record) {
  AppendNumber(WholeSeconds(record), buffer_);
  buffer_.append(",").append(record.key).append(",");
  AppendNumber(record.key.size(), buffer_);
  buffer_.push_back(',');
  AppendNumber(record.size, buffer_);
  buffer_.append(",0,").append(NameOf(record.op)).append(",");
  AppendNumber(record.ttl_s, buffer_);
  buffer_.push_back('\n');
}

void TraceWriter::AppendKvcache(const TraceRecord& record) {
  AppendNumber(WholeSeconds(record), buffer_);
  buffer_.push_back(',');
  AppendQuoted(record.key, buffer_);
  buffer_.push_back(',');
  AppendNumber(record.key.size(), buffer_);
  buffer_.append(record.op == TraceOp::kGet   ? ",GET,"
                 : record.op == TraceOp::kSet ? ",SET,"
                                              : ",DELETE,");
  AppendNumber(record.count, buffer_);
  buffer_.push_back(',');
  AppendNumber(record.size, buffer_);
  buffer_.append(",0,");
  AppendNumber(record.ttl_s, buffer_);
  buffer_.push_back('\n');
}

void TraceWriter::AppendOracle(const TraceRecord& record) {
  AppendBytes(static_cast<std::uint32_t>(WholeSeconds(record)), buffer_);
  AppendBytes(record.id, buffer_);
  AppendBytes(static_cast<std::uint32_t>(std::min<std::uint64_t>(record.size, UINT32_MAX)),
              buffer_);
  AppendBytes(std::int64_t{-1}, buffer_);
}

Result<void> TraceWriter::Flush() {
  const bool whole =
      std::fwrite(buffer_.data(), 1, buffer_.size(), file_->stream()) == buffer_.size();
  buffer_.clear();
  if (!whole) return file_->Failed("write");
  return {};
}

Result<void> TraceWriter::Finish() {
  if (auto flushed = Flush(); !flushed) return flushed;
  if (format_ == TraceFormat::kOracle) {
    if (auto filled = FillInNext(); !filled) return filled;
  }
  return file_->Keep();
}

// Requests are numbered from 1, as libCacheSim's converter does.
Result<void> TraceWriter::FillInNext() {
  constexpr std::uint64_t kRecords = kFlushBytes / kOracleBytes;
  std::FILE* const file = file_->stream();
  std::unordered_map<std::uint64_t, std::int64_t> next;
  std::string block;
  for (std::uint64_t end = written_; end > 0;) {
    const std::uint64_t begin = end > kRecords ? end - kRecords : 0;
    const auto place = static_cast<long>(begin * kOracleBytes);
    block.resize((end - begin) * kOracleBytes);
    if (std::fseek(file, place, SEEK_SET) != 0 ||
        std::fread(block.data(), 1, block.size(), file) != block.size()) {
      if (std::ferror(file) != 0) return file_->Failed("read back");
      return Fail(
          Code::kUnavailable,
          "cannot read back \"" + name_ +
              "\", where the number of the next request is filled in at the end; expected a "
              "regular file for format=oracle");
    }
    for (std::uint64_t i = end; i > begin; --i) {
      char* const record = block.data() + (i - 1 - begin) * kOracleBytes;
      std::uint64_t id = 0;
      std::memcpy(&id, record + 4, sizeof id);
      const auto [at, is_new] = next.try_emplace(id, static_cast<std::int64_t>(i));
      if (is_new) continue;
      std::memcpy(record + 16, &at->second, sizeof at->second);
      at->second = static_cast<std::int64_t>(i);
    }
    if (std::fseek(file, place, SEEK_SET) != 0 ||
        std::fwrite(block.data(), 1, block.size(), file) != block.size()) {
      return file_->Failed("write");
    }
    end = begin;
  }
  return {};
}

}  // namespace ringlab
