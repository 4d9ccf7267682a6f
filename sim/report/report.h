// Rings and sweeps for people and for programs. Pure: text in, no output of its own.
//
// Text is at most 100 columns wide and without control codes, whatever names hold.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/skew/ring_report.h"
#include "sim/sweep/sweep.h"

namespace ringlab {

// One ring: its figures, and what they mean and what would help. A screen together.
std::string FiguresText(const RingReport& report);
std::string VerdictText(const RingReport& report);

// Several rings, one a row, the worst of each column marked.
std::string CompareText(const std::vector<RingReport>& reports);

// A row a cell.
std::string SweepText(const std::vector<SweepRow>& rows);
std::string SweepCsv(const std::vector<SweepRow>& rows);  // with a header line, for spreadsheets

// The schema of results/README.md, version 1: an element of "rings", and of "sweep".
nlohmann::ordered_json ToJson(const RingReport& report);
nlohmann::ordered_json ToJson(const SweepRow& row);

}  // namespace ringlab
