#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "results/format/result_text.h"
#include "results/text/json_view.h"
#include "results/text/text_format.h"
#include "results/text/text_page.h"

namespace ringlab {

namespace {

// Without control codes, as everything that came from a file.
std::string Shown(const std::string& text, std::size_t width) {
  return text_page::Fit(text, width, false);
}

std::string MetricLine(const JsonView& metric) {
  const double ops = std::max(1.0, metric["ops"].number());
  return Shown(metric["name"].text(), 40) + " " + Shown(metric["measure"].text(), 16) +
         Format(" %16.6g an operation", metric["total"].number() / ops) + " (" +
         Count(metric["total"].count()) + " over " + Count(metric["ops"].count()) + ")\n";
}

std::string TimedLine(const JsonView& timed) {
  std::vector<double> samples;
  for (const JsonView& sample : timed["samples"].items()) samples.push_back(sample.number());
  std::ranges::sort(samples);
  std::string figures = "no sample";
  if (!samples.empty()) {
    figures = Format("least %.6g, median %.6g, most %.6g of ", samples.front(),
                     samples[samples.size() / 2], samples.back()) +
              Plural(samples.size(), "sample");
  }
  return Shown(timed["name"].text(), 40) + " " + Shown(timed["unit"].text(), 8) + " " + figures +
         "\n";
}

std::string RowLine(const JsonView& row) {
  std::string line = Shown(row["verdict"].text(), 13) + " " + Shown(row["name"].text(), 32) + " " +
                     Shown(row["measure"].text(), 16) +
                     Format(" %.6g -> %.6g", row["base"].number(), row["head"].number());
  if (row["ratio"].is_there()) {
    line += Format("  ratio %.3f [%.3f, %.3f]", row["ratio"].number(), row["low"].number(),
                   row["high"].number());
  }
  if (const std::string note = row["note"].text(); !note.empty()) line += "  (" + note + ")";
  return Shown(line, std::min<std::size_t>(160, text_page::ColumnsOf(line).size())) + "\n";
}

}  // namespace

std::string TextOfBench(const nlohmann::ordered_json& result) {
  const JsonView run(result);
  std::string text;
  if (run["tool"].text() == "gate") {
    text = "gate        " + Shown(run["verdict"].text(), 14) + Shown(run["base"].text(), 40) +
           " -> " + Shown(run["head"].text(), 40) + "\n";
    for (const JsonView& row : run["rows"].items()) text += RowLine(row);
    return text;
  }
  text = "bench       " + Shown(run["suite"].text(), 40) + "\n";
  for (const JsonView& metric : run["metrics"].items()) text += MetricLine(metric);
  for (const JsonView& timed : run["timed"].items()) text += TimedLine(timed);
  return text;
}

}  // namespace ringlab
