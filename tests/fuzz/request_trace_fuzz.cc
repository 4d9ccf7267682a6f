// A recorded trace, of the format that it looks like and of every other: it is read to its end, or
// the refusal is one line; what a reader gives is within its bounds and in order.
#include <optional>
#include <string>

#include "core/base/check.h"
#include "loadgen/trace/trace_reader.h"
#include "tests/fuzz/target.h"

namespace ringlab {
namespace {

void CheckRefusal(const Error& error) {
  RL_CHECK(error.message.starts_with("T: "));
  constexpr std::size_t kMessageMax = 500;
  RL_CHECK(error.message.size() < kMessageMax);
  for (const char c : error.message) RL_CHECK(c >= ' ');
}

void Read(std::string_view bytes, std::optional<TraceFormat> format) {
  auto reader = ReadTrace(BytesOf(bytes), "T", format);
  if (!reader) return CheckRefusal(reader.error());
  constexpr int kRecordsMax = 100'000;  // a few packed bytes may hold millions
  Duration last{};
  TraceRecord record;
  for (int i = 0; i < kRecordsMax; ++i) {
    const TraceStep step = (*reader)->Next(record);
    if (step == TraceStep::kEnd) return;
    if (step == TraceStep::kError) return CheckRefusal((*reader)->error());
    RL_CHECK(record.time >= last);
    last = record.time;
    RL_CHECK(record.key.size() <= TraceRecord::kKeyMax);
    RL_CHECK(record.key.empty() == ((*reader)->format() == TraceFormat::kOracle));
    RL_CHECK(record.size <= TraceRecord::kSizeMax && record.ttl_s <= TraceRecord::kTtlMax);
    RL_CHECK(record.count >= 1 && record.count <= TraceRecord::kCountMax);
  }
}

int TryOne(std::string_view bytes) {
  Read(bytes, std::nullopt);
  for (const TraceFormat format :
       {TraceFormat::kCsv, TraceFormat::kTwitter, TraceFormat::kKvcache, TraceFormat::kOracle}) {
    Read(bytes, format);
  }
  return 0;
}

}  // namespace
}  // namespace ringlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ringlab::TryOne(ringlab::AsText(data, size));
}
