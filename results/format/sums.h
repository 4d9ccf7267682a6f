// What of a stored result must add up, and what does not. Pure; not thread-safe.
#pragma once

#include <cmath>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "results/format/schema.h"
#include "results/text/json_view.h"
#include "results/text/text_format.h"

namespace ringlab {

// The result must outlive it.
class Sums {
 public:
  static constexpr double kShareTolerance = 1e-6;  // of shares that were added up

  explicit Sums(const nlohmann::ordered_json& result) : run(result) {}

  // `left` and `right` in words, and their values.
  void Equal(const std::string& left, std::uint64_t a, const std::string& right, std::uint64_t b) {
    if (a != b)
      Complain(left + " is " + std::to_string(a) + ", and " + right + " " + std::to_string(b));
  }
  // Shares of a whole, of those that have one.
  void SharesAddUp(const std::string& where, const std::vector<JsonView>& rows, const char* name,
                   double whole = 1) {
    double sum = 0;
    bool any = false;
    for (const JsonView& row : rows) {
      any = any || row[name].is_there();
      sum += row[name].number();
    }
    if (any && std::abs(sum - whole) > kShareTolerance) {
      Complain(where + "/*/" + name + " add up to " + Format("%.9g", sum) + ", not to " +
               Format("%.9g", whole));
    }
  }
  void Complain(std::string complaint) {
    if (complaints.size() < kComplaintsMax) complaints.push_back(std::move(complaint));
  }

  void Totals(const std::string& where, const JsonView& t) {
    const auto count = [&](const char* name) { return t[name].count(); };
    Equal(where + "/scheduled", count("scheduled"), "sent + skipped",
          count("sent") + count("skipped"));
    Equal(where + "/sent", count("sent"), "ok + not_found + errors + timeouts",
          count("ok") + count("not_found") + count("errors") + count("timeouts"));
  }

  JsonView run;
  std::vector<std::string> complaints;
};

// In sums_of_others.cc: of results of sim and of the benchmarks.
void CheckSumsOfSim(Sums& sums);
void CheckSumsOfBench(Sums& sums);

}  // namespace ringlab
