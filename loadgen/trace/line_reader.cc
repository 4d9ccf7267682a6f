#include "loadgen/trace/line_reader.h"

namespace ringlab {

TraceStep LineReader::NextLine(std::string_view& line) {
  if (failed()) return TraceStep::kError;
  do {
    switch (window_.NextLine(line)) {
      case ByteWindow::Line::kLine: break;
      case ByteWindow::Line::kEnd: return TraceStep::kEnd;
      case ByteWindow::Line::kError: return Refuse(window_.error());
      case ByteWindow::Line::kTooLong:
        return RefuseLine("longer than " + std::to_string(ByteWindow::kLineMax) +
                          " bytes; expected a request a line, with a key of " +
                          std::to_string(TraceRecord::kKeyMax) + " bytes at most");
    }
  } while (line.empty());
  return TraceStep::kRecord;
}

TraceStep LineReader::RefuseField(std::string_view text, std::string_view why) {
  constexpr std::size_t kShown = 60;
  std::string shown;
  for (const char c : text.substr(0, kShown)) shown += c >= ' ' && c < '\x7f' ? c : '?';
  if (text.size() > kShown) shown += "...";
  return RefuseLine("\"" + shown + "\": " + std::string(why));
}

}  // namespace ringlab
