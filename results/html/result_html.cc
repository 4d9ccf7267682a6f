#include "results/html/result_html.h"

#include <nlohmann/json.hpp>

#include "results/html/pages.h"

namespace ringlab {

std::string ResultHtml(const nlohmann::ordered_json& result,
                       const nlohmann::ordered_json* baseline) {
  const std::string tool = html::TextAt(result, "tool");
  const bool is_alike = baseline != nullptr && html::TextAt(*baseline, "tool") == tool;
  const auto report = [&] {
    if (tool == "sim") return html::SimReport(result);
    if (tool == "gate") return html::GateReport(result);
    if (tool == "history") return html::HistoryReport(result);
    return html::LoadgenReport(result, is_alike ? baseline : nullptr);
  };
  return html::PageMarkup(report(), result);
}

std::string LiveHtml(const std::string& title, const std::string& events) {
  return html::LivePageMarkup(title, events);
}

std::string LiveHtmlUpdate(const nlohmann::ordered_json& result) {
  return html::LiveUpdate(html::LoadgenReport(result, nullptr));
}

}  // namespace ringlab
