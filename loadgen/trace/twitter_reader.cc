#include "loadgen/trace/twitter_reader.h"

#include <array>
#include <utility>

#include "loadgen/trace/fields.h"
#include "loadgen/trace/line_reader.h"

namespace ringlab {

namespace {

// timestamp,KEY,key size,value size,client,operation,TTL. A key may hold commas, and is not quoted:
// what stands before it is cut off from the left, what follows it from the right.
class TwitterReader final : public LineReader {
 public:
  TwitterReader(ByteWindow window, std::string file)
      : LineReader(std::move(window), std::move(file)) {}

  TraceFormat format() const override { return TraceFormat::kTwitter; }

  TraceStep Next(TraceRecord& record) override {
    std::string_view line;
    if (const TraceStep step = NextLine(line); step != TraceStep::kRecord) return step;
    constexpr std::size_t kAfterKey = 5;
    std::array<std::string_view, kAfterKey> after;  // the last field first
    std::string_view rest = line;
    for (std::string_view& field : after) {
      const std::size_t comma = rest.rfind(',');
      if (comma == std::string_view::npos) return RefuseColumns();
      field = rest.substr(comma + 1);
      rest = rest.substr(0, comma);
    }
    const std::size_t comma = rest.find(',');
    if (comma == std::string_view::npos) return RefuseColumns();
    const std::string_view time = rest.substr(0, comma);
    const auto& [ttl, op, client, value_size, key_size] = after;
    record.id = 0;
    record.count = 1;
    if (const char* wrong = ParseTraceTime(time, record.time)) return RefuseField(time, wrong);
    if (const char* wrong = ParseTraceKey(rest.substr(comma + 1), record.key)) {
      return RefuseField(rest.substr(comma + 1), wrong);
    }
    std::uint64_t of_key = 0;
    if (const char* wrong = ParseTraceSize(key_size, of_key)) return RefuseField(key_size, wrong);
    if (const char* wrong = ParseTraceSize(value_size, record.size)) {
      return RefuseField(value_size, wrong);
    }
    if (const char* wrong = ParseTraceOp(op, record.op)) return RefuseField(op, wrong);
    if (const char* wrong = ParseTraceTtl(ttl, record.ttl_s)) return RefuseField(ttl, wrong);
    if (!Advances(record.time)) return RefuseOrder(Place(), record.time);
    return TraceStep::kRecord;
  }

 private:
  TraceStep RefuseColumns() {
    return RefuseLine(
        "fewer than seven fields; expected timestamp,key,key size,value size,client,operation,TTL");
  }
};

}  // namespace

std::unique_ptr<TraceReader> MakeTwitterReader(ByteWindow window, std::string file) {
  return std::make_unique<TwitterReader>(std::move(window), std::move(file));
}

}  // namespace ringlab
