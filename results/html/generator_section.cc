#include "results/html/generator_section.h"

#include <nlohmann/json.hpp>
#include <string>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/table.h"

namespace ringlab::html {

Section GeneratorSection(const Json& result) {
  const Json& generators = At(result, "generators");
  if (!generators.is_array() || generators.empty()) return {};
  Table table("What each of the generators sent, and how punctually.", {{"generator", false},
                                                                        {"host", false, "name"},
                                                                        {"sent"},
                                                                        {"send lag p99"},
                                                                        {"CPU cores"},
                                                                        {"start skew"},
                                                                        {"clock, give or take"}});
  for (const Json& of : generators) {
    table.Row({Cell(Unit::kCount, NumberAt(of, "index")), Name(TextAt(of, "host")),
               Cell(Unit::kCount, NumberAt(of, "sent")), TimeCell(of, "send_lag_p99_ns"),
               Cell(Unit::kPlain, NumberAt(of, "cpu_cores")),
               Cell(Unit::kNanos, NumberAt(of, "start_skew_ns")),
               Cell(Unit::kNanos, NumberAt(of, "skew_bound_ns"))});
  }
  return {"generators", "Generators",
          Paragraph("Each sent every N-th request of the one plan. Start skew is how late its "
                    "sending threads began, by its own clock; that clock may be wrong by as much "
                    "as the last column says, where anybody knows.",
                    "soft") +
              table.Markup()};
}

}  // namespace ringlab::html
