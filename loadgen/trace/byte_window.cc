#include "loadgen/trace/byte_window.h"

#include <algorithm>
#include <cstring>

namespace ringlab {

bool ByteWindow::Fill(std::size_t bytes) {
  if (end_ - begin_ >= bytes || at_end_) return true;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  while (end_ < bytes && !at_end_) {
    auto count = source_->Read({buffer_.data() + end_, buffer_.size() - end_});
    if (!count) {
      error_ = std::move(count).error();
      return false;
    }
    at_end_ = *count == 0;
    end_ += *count;
  }
  return true;
}

ByteWindow::Line ByteWindow::NextLine(std::string_view& line) {
  std::size_t looked_at = 0;
  std::size_t end = std::string_view::npos;
  while (true) {
    const std::string_view rest = view();
    end = rest.find('\n', looked_at);
    if (end != std::string_view::npos || rest.size() > kLineMax + 1) break;
    looked_at = rest.size();
    if (!Fill(looked_at + 1)) return Line::kError;
    if (view().size() == looked_at) {
      if (looked_at == 0) return Line::kEnd;
      break;
    }
  }
  ++line_;
  const std::string_view rest = view();
  line = rest.substr(0, end);
  Skip(std::min(line.size() + 1, rest.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line.size() > kLineMax ? Line::kTooLong : Line::kLine;
}

}  // namespace ringlab
