#include "loadgen/trace/table_reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "loadgen/trace/fields.h"
#include "loadgen/trace/line_reader.h"

namespace ringlab {

namespace {

enum class Column : std::uint8_t { kTime, kOp, kKey, kSize, kTtl, kCount };
constexpr std::size_t kColumns = 6;

// In the order of a plain CSV without a header; the others of a header are left alone.
constexpr std::array<std::string_view, kColumns> kOfCsv{"time", "op", "key", "size", "ttl", ""};
constexpr std::array<std::string_view, kColumns> kOfKvcache{"op_time", "op",  "key",
                                                            "size",    "ttl", "op_count"};

class TableReader final : public LineReader {
 public:
  TableReader(ByteWindow window, std::string file, TraceFormat format)
      : LineReader(std::move(window), std::move(file)), format_(format) {}

  TraceFormat format() const override { return format_; }
  bool has_times() const override { return has(Column::kTime); }
  Duration tick() const override {
    return exact_.value_or(false) ? Duration::zero() : Duration(std::chrono::seconds(1));
  }

  // Reads the header, if there is one. False: error() says what is wrong with it.
  bool Begin() {
    std::string_view line;
    const TraceStep step = NextLine(line);
    if (step == TraceStep::kError) return false;
    if (step == TraceStep::kEnd) {
      (void)RefuseLine("no request; expected one or more");
      return false;
    }
    if (!fields_.Split(line)) {
      (void)RefuseSplit();
      return false;
    }
    if (format_ == TraceFormat::kCsv && LooksLikeNumber(fields_.at(0))) {
      for (std::size_t i = 0; i < Index(Column::kCount) && i < fields_.size(); ++i) columns_[i] = i;
      width_ = fields_.size();
      holds_first_ = true;
      if (has(Column::kKey)) return true;
      (void)RefuseLine("fewer than three fields; expected time,op,key,size,ttl or a header");
      return false;
    }
    return TakeHeader();
  }

  TraceStep Next(TraceRecord& record) override {
    if (!std::exchange(holds_first_, false)) {
      std::string_view line;
      if (const TraceStep step = NextLine(line); step != TraceStep::kRecord) return step;
      if (!fields_.Split(line)) return RefuseSplit();
    }
    if (fields_.size() != width_) {
      return RefuseLine(std::to_string(fields_.size()) + " fields; expected " +
                        std::to_string(width_) +
                        " as in the first line, and double quotes around a key with a comma");
    }
    record = TraceRecord();
    if (const TraceStep step = Take(record); step != TraceStep::kRecord) return step;
    if (!Advances(record.time)) return RefuseOrder(Place(), record.time);
    return TraceStep::kRecord;
  }

 private:
  bool has(Column column) const { return columns_[Index(column)] != kAbsent; }
  std::string_view field(Column column) const { return fields_.at(columns_[Index(column)]); }
  static std::size_t Index(Column column) { return static_cast<std::size_t>(column); }

  bool TakeHeader() {
    const auto& names = format_ == TraceFormat::kCsv ? kOfCsv : kOfKvcache;
    width_ = fields_.size();
    for (std::size_t i = 0; i < width_; ++i) {
      const auto name = std::ranges::find(names, fields_.at(i));
      if (name == names.end() || name->empty()) continue;
      std::size_t& column = columns_[static_cast<std::size_t>(name - names.begin())];
      if (column != kAbsent) {
        (void)RefuseField(fields_.at(i), "the header has this column twice; expected it once");
        return false;
      }
      column = i;
    }
    const bool complete = has(Column::kKey) && (format_ == TraceFormat::kCsv || has(Column::kOp));
    if (complete) return true;
    (void)RefuseLine(
        format_ == TraceFormat::kCsv
            ? "a header without \"key\"; expected columns of time,op,key,size,ttl by name"
            : "a header without \"key\" and \"op\"; expected columns of key,op,size,op_count,"
              "op_time,ttl by name");
    return false;
  }

  TraceStep Take(TraceRecord& record) {
    const auto take = [&](Column column, auto parse, auto& value) -> const char* {
      return has(column) ? parse(field(column), value) : nullptr;
    };
    Column at = Column::kTime;
    const char* wrong = take(at, ParseTraceTime, record.time);
    if (wrong == nullptr) wrong = take(at = Column::kOp, ParseTraceOp, record.op);
    if (wrong == nullptr) wrong = take(at = Column::kKey, ParseTraceKey, record.key);
    if (wrong == nullptr) wrong = take(at = Column::kSize, ParseTraceSize, record.size);
    if (wrong == nullptr && !(has(Column::kTtl) && field(Column::kTtl).empty())) {
      wrong = take(at = Column::kTtl, ParseTraceTtl, record.ttl_s);
    }
    if (wrong == nullptr) wrong = take(at = Column::kCount, ParseTraceCount, record.count);
    if (wrong != nullptr) return RefuseField(field(at), wrong);
    if (!exact_ && has(Column::kTime)) {
      exact_ = field(Column::kTime).find('.') != std::string_view::npos;
    }
    return TraceStep::kRecord;
  }

  TraceStep RefuseSplit() {
    return RefuseLine(
        "a quote that does not end where a field does, or more than 64 fields; expected quotes "
        "around a whole key, and two for one within it");
  }

  static constexpr std::size_t kAbsent = SIZE_MAX;

  const TraceFormat format_;
  std::array<std::size_t, kColumns> columns_{kAbsent, kAbsent, kAbsent, kAbsent, kAbsent, kAbsent};
  std::size_t width_ = 0;
  Fields fields_;
  bool holds_first_ = false;   // the fields are of the first record, in a file without a header
  std::optional<bool> exact_;  // times have a fraction
};

}  // namespace

Result<std::unique_ptr<TraceReader>> MakeTableReader(ByteWindow window, std::string file,
                                                     TraceFormat format) {
  auto reader = std::make_unique<TableReader>(std::move(window), std::move(file), format);
  if (!reader->Begin()) return tl::unexpected<Error>(reader->error());
  return reader;
}

}  // namespace ringlab
