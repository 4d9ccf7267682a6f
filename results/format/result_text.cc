#include "results/format/result_text.h"

#include "loadgen/json_view.h"
#include "loadgen/report.h"

namespace ringlab {

std::string TextOfAny(const nlohmann::ordered_json& result) {
  const std::string tool = JsonView(result)["tool"].text();
  if (tool == "loadgen") return TextOfResult(result);
  return tool == "sim" ? TextOfSim(result) : TextOfBench(result);
}

}  // namespace ringlab
