// Results of sim and the gate with every section that a page draws, small, the same each time.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/results/html/sample_loadgen.h"

namespace ringlab::html {

inline Json SampleSim(int nodes = 4, const std::string& name = "node-") {
  Json ring{{"ring", "xx64"},
            {"replicas", 50},
            {"nodes", nodes},
            {"peak_to_mean", 1.13},
            {"min_to_mean", 0.82},
            {"cv", 0.081},
            {"theory",
             {{"expected_peak", 1.17},
              {"peak_low", 1.08},
              {"peak_high", 1.29},
              {"peak_percentile", 29.1},
              {"expected_cv", 0.095},
              {"cv_low", 0.058},
              {"cv_high", 0.137},
              {"cv_percentile", 28.6}}}};
  for (int i = 0; i < nodes; ++i) {
    const std::string node = name + std::to_string(i);
    ring["arcs"].push_back({{"node", node}, {"share", 1.0 / nodes}, {"ideal", 1.0 / nodes}});
    ring["traffic"]["nodes"].push_back({{"node", node}, {"expected_share", 1.0 / nodes}});
    ring["positions"]["ends"].push_back((i + 1.0) / nodes);
    ring["positions"]["owners"].push_back(i);
  }
  ring["resize"]["add"] = {{"node", name + "x"}, {"moved", 0.19}, {"ideal", 0.2}, {"spurious", 0}};
  ring["verdict"] = {{"text", {"FITS THEORY: as even as chance allows."}},
                     {"advice", "Change nothing."},
                     {"remedies",
                      {{{"change", "as it is"}, {"expected_peak", 1.9}, {"enough", false}},
                       {{"change", "--replicas 500"}, {"expected_peak", 1.2}, {"enough", true}}}}};
  Json loopback{{"totals", {{"sent", 1'000}}}, {"chi_square", {{"p", 0.7}, {"cells", nodes}}}};
  loopback["churn"] = {{{"step", "kill " + name + "1 @2s"},
                        {"nodes_before", nodes},
                        {"nodes_after", nodes - 1},
                        {"moved", 0.25},
                        {"nodes", {{{"name", name + "0"}, {"new_expected_share", 0.4}}}}}};
  return {{"schema_version", 1},      {"tool", "sim"},       {"verdict", "VALID"},
          {"reasons", Json::array()}, {"command", "sim"},    {"config", {{"target_peak", 1.25}}},
          {"rings", {ring}},          {"loopback", loopback}};
}

inline Json SampleSweep() {
  Json sim{{"schema_version", 1}, {"tool", "sim"}, {"verdict", "VALID"}};
  for (const int nodes : {8, 100}) {
    for (const int replicas : {1, 10, 50}) {
      const double cv = 1 / std::sqrt(replicas);
      sim["sweep"].push_back(
          {{"ring", "xx64"},
           {"names", "node-{i}"},
           {"nodes", nodes},
           {"replicas", replicas},
           {"zipf_s", 0.99},
           {"cv", {{"mean", cv}, {"low", cv * 0.9}, {"high", cv * 1.1}}},
           {"peak_to_mean", {{"mean", 1 + cv}, {"low", 1 + cv * 0.9}, {"high", 1 + cv * 1.1}}},
           {"load_peak", {{"mean", 2 + cv}}},
           {"theory",
            {{"expected_cv", cv},
             {"cv_low", cv / 2},
             {"cv_high", cv * 2},
             {"expected_peak", 1 + cv}}}});
    }
  }
  return sim;
}

inline Json SampleGate(const std::string& name = "cache_hit") {
  return {{"schema_version", 1},
          {"tool", "gate"},
          {"verdict", "FAIL"},
          {"base", "1a2b3c4"},
          {"head", "9f8e7d6"},
          {"rows",
           {{{"verdict", "FAIL"},
             {"name", name},
             {"measure", "instructions"},
             {"base", 412},
             {"head", 455},
             {"limit", "+1.0 %"}},
            {{"verdict", "OK"},
             {"name", "ring_lookup"},
             {"measure", "ns/op"},
             {"base", 5.0},
             {"head", 5.1},
             {"ratio", 1.02},
             {"low", 0.99},
             {"high", 1.05},
             {"base_samples", {5.0, 5.1, 4.9}},
             {"head_samples", {5.1, 5.0, 5.2}}}}},
          {"functions", {{name, {{{"function", name}, {"instructions_per_op", 31}}}}}},
          {"remarks", {name}},
          {"reproduce", "results ab"}};
}

inline Json SampleHistory(const std::string& name = "cache_hit/instructions") {
  Json series{{"metric", name}};
  for (int i = 0; i < 20; ++i) {
    series["points"].push_back({{"commit", "c" + std::to_string(i)}, {"value", i < 9 ? 412 : 455}});
  }
  series["changes"] = {{{"at", 9}, {"before", 412}, {"after", 455}, {"p", 0.005}}};
  return {{"schema_version", 1}, {"tool", "history"}, {"series", {series}}};
}

}  // namespace ringlab::html
