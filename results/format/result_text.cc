#include "results/format/result_text.h"

#include <nlohmann/json.hpp>

#include "results/text/json_view.h"
#include "results/text/loadgen_text.h"

namespace ringlab {

std::string TextOfAny(const nlohmann::ordered_json& result) {
  const std::string tool = JsonView(result)["tool"].text();
  if (tool == "loadgen") return TextOfLoadgen(result);
  return tool == "sim" ? TextOfSim(result) : TextOfBench(result);
}

}  // namespace ringlab
