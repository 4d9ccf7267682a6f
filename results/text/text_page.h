// Page: text for a terminal, built line by line: paragraphs and table rows, each behind a label.
//
// No line is wider than kColumns, whatever it is given, and none holds a control code: a column is
// a printable UTF-8 character, and every byte that belongs to none shows as a question mark. (Wide
// and combining characters count as one column like the others.) Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringlab {

namespace text_page {

// The length of the printable UTF-8 character that `text` begins with, or 0.
inline std::size_t CharacterAt(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return lead >= 0x20 && lead != 0x7f ? 1 : 0;
  const std::size_t size = lead < 0xc2   ? 0
                           : lead < 0xe0 ? 2
                           : lead < 0xf0 ? 3
                           : lead < 0xf5 ? 4
                                         : 0;
  if (size == 0 || size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  return lead == 0xc2 && byte(1) < 0xa0 ? 0 : size;  // U+0080 to U+009F are control codes
}

// One string a column; what is not printable becomes a question mark.
inline std::vector<std::string> ColumnsOf(std::string_view text) {
  std::vector<std::string> columns;
  while (!text.empty()) {
    const std::size_t size = CharacterAt(text);
    columns.emplace_back(size == 0 ? "?" : text.substr(0, size));
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return columns;
}

// Exactly `width` columns: filled up with spaces on the right or on the left, or cut.
inline std::string Fit(std::string_view text, std::size_t width, bool to_the_right) {
  std::vector<std::string> columns = ColumnsOf(text);
  if (columns.size() > width) {
    columns.resize(width);
    columns.back() = "…";
  }
  const std::string fill(width - columns.size(), ' ');
  std::string fitted;
  for (const std::string& column : columns) fitted += column;
  return to_the_right ? fill + fitted : fitted + fill;
}

// Lines of at most `width` columns, broken at spaces; of more than `lines_max` the rest is cut.
inline std::vector<std::string> Wrap(std::string_view text, std::size_t width,
                                     std::size_t lines_max) {
  const std::vector<std::string> columns = ColumnsOf(text);
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < columns.size();) {
    std::size_t end = std::min(begin + width, columns.size());
    if (end < columns.size()) {
      std::size_t space = end;
      while (space > begin && columns[space] != " ") --space;
      if (space > begin) end = space;
    }
    std::string line;
    for (std::size_t i = begin; i < end; ++i) line += columns[i];
    begin = end;
    while (begin < columns.size() && columns[begin] == " ") ++begin;
    if (lines.size() + 1 == lines_max && begin < columns.size()) {
      lines.push_back(Fit(line + "…", width, false));
      break;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace text_page

class Page {
 public:
  static constexpr std::size_t kColumns = 100;
  static constexpr std::size_t kLabel = 12;
  static constexpr std::size_t kCell = 10;
  static constexpr std::size_t kParagraphLines = 3;
  static constexpr std::size_t kCells = 8;  // that a row has room for

  // Cut after `lines_max` lines.
  void Paragraph(std::string_view label, std::string_view text,
                 std::size_t lines_max = kParagraphLines) {
    for (const std::string& line : text_page::Wrap(text, kColumns - kLabel, lines_max)) {
      Line(text_page::Fit(std::exchange(label, ""), kLabel, false) + line);
    }
  }
  static std::size_t LinesOf(std::string_view text) {
    return text_page::Wrap(text, kColumns - kLabel, kParagraphLines).size();
  }

  // A label or a cell that is too wide is cut.
  void Row(std::string_view label, const std::vector<std::string>& cells) {
    std::string line = text_page::Fit(label, kLabel - 1, false) + " ";
    for (const std::string& cell : cells) line += " " + text_page::Fit(cell, kCell - 1, true);
    Line(line);
  }
  void Line(std::string line = "") {
    line.erase(line.find_last_not_of(' ') + 1);
    text_ += line + '\n';
    ++lines_;
  }

  std::size_t lines() const { return lines_; }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
  std::size_t lines_ = 0;
};

}  // namespace ringlab
