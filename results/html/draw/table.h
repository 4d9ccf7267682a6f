// Table: figures in rows, and Strip: a drawing small enough to stand in one of its cells.
//
// Markup out; pure. Cells are markup already: Escape() what comes from a result.
#pragma once

#include <string>
#include <vector>

#include "results/html/draw/plot.h"

namespace ringlab::html {

class Table {
 public:
  struct Column {
    std::string title;
    bool is_number = true;  // set to the right; else to the left
    std::string kind = {};  // a class of the style sheet, such as "wide" for strips
  };

  // `caption` says what the table holds, to those who hear the page; one sentence.
  Table(std::string caption, std::vector<Column> columns);

  // One cell a column; the first names the row. `kind` is a class of the style sheet.
  void Row(const std::vector<std::string>& cells, const std::string& kind = "");

  std::size_t rows() const { return rows_; }
  std::string Markup() const;

 private:
  std::string caption_;
  std::vector<Column> columns_;
  std::string body_;
  std::size_t rows_ = 0;
};

// Figures on one line, all strips of a column over the same scale.
class Strip {
 public:
  explicit Strip(Scale scale) : scale_(scale) {}

  Strip& Bar(double to, const std::string& kind);  // from the beginning of the scale
  Strip& Range(double from, double to, const std::string& kind);
  Strip& Mark(double at, const std::string& kind);  // a small upright line
  Strip& Dot(double at, const std::string& kind);

  // `text` is what it shows, in words.
  std::string Markup(const std::string& text, const std::string& kind = "") const;

 private:
  Scale scale_;
  std::string drawing_;
};

// What the marks of a strip mean: a sample of each kind beside its words.
struct StripKey {
  enum class Shape { kBar, kRange, kMark, kDot };
  Shape shape = Shape::kBar;
  std::string kind;
  std::string text;
};
std::string StripLegend(const std::vector<StripKey>& keys);

}  // namespace ringlab::html
