#include "results/html/draw/table.h"

#include "core/base/check.h"
#include "results/html/draw/markup.h"

namespace ringlab::html {

namespace {

std::string ClassOf(const Table::Column& column) {
  const std::string kind = column.is_number ? "number" : "text";
  return column.kind.empty() ? kind : kind + ' ' + column.kind;
}

}  // namespace

Table::Table(std::string caption, std::vector<Column> columns)
    : caption_(std::move(caption)), columns_(std::move(columns)) {}

void Table::Row(const std::vector<std::string>& cells, const std::string& kind) {
  RL_CHECK(cells.size() == columns_.size());
  std::string row;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string cell_class = ClassOf(columns_[i]);
    row += i == 0 ? Element("th", {{"scope", "row"}, {"class", cell_class}}, cells[i])
                  : Element("td", {{"class", cell_class}}, cells[i]);
  }
  body_ += kind.empty() ? Element("tr", {}, row) : Element("tr", {{"class", kind}}, row);
  ++rows_;
}

std::string Table::Markup() const {
  std::string head;
  for (const Column& column : columns_) {
    head += Element("th", {{"scope", "col"}, {"class", ClassOf(column)}}, Escape(column.title));
  }
  return Element(
      "div", {{"class", "scroll"}},
      Element("table", {},
              Element("caption", {}, Escape(caption_)) +
                  Element("thead", {}, Element("tr", {}, head)) + Element("tbody", {}, body_)));
}

Strip& Strip::Bar(double to, const std::string& kind) { return Range(scale_.low(), to, kind); }

Strip& Strip::Range(double from, double to, const std::string& kind) {
  const double begin = scale_.PlaceOf(from);
  drawing_ += Element("rect", {{"class", "bar " + kind},
                               {"x", AcrossOf(begin)},
                               {"y", "5"},
                               {"width", AcrossOf(std::max(0.0, scale_.PlaceOf(to) - begin))},
                               {"height", "10"}});
  return *this;
}

Strip& Strip::Mark(double at, const std::string& kind) {
  drawing_ += Element(
      "path", {{"class", "mark " + kind}, {"d", "M" + AcrossOf(scale_.PlaceOf(at)) + " 1V19"}});
  return *this;
}

Strip& Strip::Dot(double at, const std::string& kind) {
  drawing_ += Element(
      "path", {{"class", "dot " + kind}, {"d", "M" + AcrossOf(scale_.PlaceOf(at)) + " 10h0"}});
  return *this;
}

std::string Strip::Markup(const std::string& text, const std::string& kind) const {
  return Element("svg",
                 {{"class", kind.empty() ? "strip" : "strip " + kind},
                  {"viewBox", "0 0 1000 20"},
                  {"preserveAspectRatio", "none"},
                  {"role", "img"}},
                 Element("title", {}, Escape(text)) + drawing_);
}

std::string StripLegend(const std::vector<StripKey>& keys) {
  std::string legend;
  for (const StripKey& key : keys) {
    std::string sample;
    switch (key.shape) {
      case StripKey::Shape::kBar:
      case StripKey::Shape::kRange:
        sample = Element("rect", {{"class", "bar " + key.kind},
                                  {"x", "0"},
                                  {"y", "5"},
                                  {"width", "22"},
                                  {"height", "10"}});
        break;
      case StripKey::Shape::kMark:
        sample = Element("path", {{"class", "mark " + key.kind}, {"d", "M11 1V19"}});
        break;
      case StripKey::Shape::kDot:
        sample = Element("path", {{"class", "dot " + key.kind}, {"d", "M11 10h0"}});
        break;
    }
    legend += Element("span", {{"class", "key"}},
                      Element("svg", {{"viewBox", "0 0 22 20"}, {"aria-hidden", "true"}}, sample) +
                          Escape(key.text));
  }
  return Element("div", {{"class", "legend"}}, legend);
}

}  // namespace ringlab::html
