// LineReader: what readers of text traces share: a line at a time, and where that is.
//
// Owns its window; lines are views into it, until the next one. Not thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "loadgen/trace/byte_window.h"
#include "loadgen/trace/trace_reader.h"

namespace ringlab {

class LineReader : public TraceReader {
 public:
  std::string_view compression() const override { return window_.compression(); }

 protected:
  LineReader(ByteWindow window, std::string file)
      : TraceReader(std::move(file)), window_(std::move(window)) {}

  // The next line that is not empty. kError too for one that is longer than any request.
  TraceStep NextLine(std::string_view& line);

  std::string Place() const { return "line " + std::to_string(window_.line()); }
  TraceStep RefuseLine(std::string_view what) { return Refuse(Place(), what); }

  // Names the line and `text`, as far as it can be shown.
  TraceStep RefuseField(std::string_view text, std::string_view why);

 private:
  ByteWindow window_;
};

}  // namespace ringlab
