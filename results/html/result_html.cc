#include "results/html/result_html.h"

#include "results/html/pages.h"

namespace ringlab {

std::string ResultHtml(const nlohmann::ordered_json& result,
                       const nlohmann::ordered_json* baseline) {
  const std::string tool = html::TextAt(result, "tool");
  const bool is_alike = baseline != nullptr && html::TextAt(*baseline, "tool") == tool;
  const html::Report report = tool == "sim" ? html::SimReport(result)
                              : tool == "bench"
                                  ? html::BenchReport(result)
                                  : html::LoadgenReport(result, is_alike ? baseline : nullptr);
  return html::PageMarkup(report, result);
}

}  // namespace ringlab
