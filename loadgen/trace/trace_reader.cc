#include "loadgen/trace/trace_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/parse.h"
#include "loadgen/trace/fields.h"
#include "loadgen/trace/oracle_reader.h"
#include "loadgen/trace/table_reader.h"
#include "loadgen/trace/twitter_reader.h"

namespace ringlab {

namespace {

constexpr std::array<std::pair<TraceFormat, std::string_view>, 4> kTraceFormats{
    {{TraceFormat::kCsv, "csv"},
     {TraceFormat::kTwitter, "twitter"},
     {TraceFormat::kKvcache, "kvcache"},
     {TraceFormat::kOracle, "oracle"}}};

// Spreadsheets put it in front of a CSV. It is no part of the first column's name.
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool IsOperation(std::string_view text) {
  TraceOp op{};
  return ParseTraceOp(text, op) == nullptr;
}

// "4 s", "4.000000001 s"
std::string ExactSeconds(Duration time) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  std::string text = std::to_string(time.count() / kSecond);
  const std::int64_t rest = time.count() % kSecond;
  if (rest > 0) text += "." + std::to_string(kSecond + rest).substr(1);
  return text + " s";
}

// By its first line, or the bytes of its first record.
std::optional<TraceFormat> FormatOf(std::string_view begin) {
  constexpr std::size_t kLook = 4096;
  const std::string_view look = begin.substr(0, kLook);
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\r' && c != '\n';
  };
  if (std::ranges::any_of(look, is_control)) return TraceFormat::kOracle;
  std::string_view line = look.substr(0, look.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto fields = SplitAt(line, ',');
  const auto has = [&](std::string_view name) { return std::ranges::count(fields, name) > 0; };
  if (has("key")) {
    const bool of_meta = has("op_count") || has("op_time") || has("key_size");
    return of_meta ? TraceFormat::kKvcache : TraceFormat::kCsv;
  }
  if (fields.size() < 2 || !LooksLikeNumber(fields.front())) return std::nullopt;
  // Of a CSV with commas in its key, the last but one is a size.
  const bool of_twitter = fields.size() >= 7 && IsOperation(fields[fields.size() - 2]);
  return of_twitter ? TraceFormat::kTwitter : TraceFormat::kCsv;
}

}  // namespace

std::string_view TraceFormatName(TraceFormat format) {
  return kTraceFormats.at(static_cast<std::size_t>(format)).second;
}

std::optional<TraceFormat> ParseTraceFormat(std::string_view name) {
  if (name == "oracleGeneral") return TraceFormat::kOracle;
  const auto found =
      std::ranges::find(kTraceFormats, name, &decltype(kTraceFormats)::value_type::second);
  if (found == kTraceFormats.end()) return std::nullopt;
  return found->first;
}

TraceStep TraceReader::Refuse(const std::string& place, std::string_view what) {
  failed_ = true;
  error_ = {Code::kInvalidArgument, file_ + ": " + place + ": " + std::string(what)};
  return TraceStep::kError;
}

TraceStep TraceReader::Refuse(const Error& of_bytes) {
  failed_ = true;
  error_ = {of_bytes.code, file_ + ": " + of_bytes.message};
  return TraceStep::kError;
}

TraceStep TraceReader::RefuseOrder(const std::string& place, Duration time) {
  return Refuse(place, "its time, " + ExactSeconds(time) +
                           ", is before that of the request above, " + ExactSeconds(last_) +
                           "; expected times that never go back");
}

Result<std::unique_ptr<TraceReader>> ReadTrace(std::unique_ptr<ByteSource> bytes, std::string file,
                                               std::optional<TraceFormat> format) {
  ByteWindow window(std::move(bytes));
  if (!window.Fill(ByteWindow::kBytes)) {
    return Fail(window.error().code, file + ": " + window.error().message);
  }
  if (window.view().empty()) {
    return Fail(Code::kInvalidArgument, file + ": is empty; expected one request or more");
  }
  std::string_view begin = window.view();
  const bool is_marked = begin.starts_with(kByteOrderMark);
  if (is_marked) begin.remove_prefix(kByteOrderMark.size());
  if (!format) format = FormatOf(begin);
  if (!format) {
    return Fail(Code::kInvalidArgument,
                file +
                    ": is of no kind that its beginning tells; expected a trace with format=csv, "
                    "twitter, kvcache or oracle, plain or packed by gzip or zstd");
  }
  if (is_marked && *format != TraceFormat::kOracle) window.Skip(kByteOrderMark.size());
  switch (*format) {
    case TraceFormat::kTwitter: return MakeTwitterReader(std::move(window), std::move(file));
    case TraceFormat::kOracle: return MakeOracleReader(std::move(window), std::move(file));
    case TraceFormat::kCsv:
    case TraceFormat::kKvcache: break;
  }
  return MakeTableReader(std::move(window), std::move(file), *format);
}

Result<std::unique_ptr<TraceReader>> OpenTrace(const std::string& file,
                                               std::optional<TraceFormat> format) {
  auto bytes = OpenBytes(file);
  if (!bytes) return Fail(bytes.error().code, file + ": " + bytes.error().message);
  return ReadTrace(*std::move(bytes), file, format);
}

}  // namespace ringlab
