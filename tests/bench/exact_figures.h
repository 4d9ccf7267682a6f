// Figures that have to be the same on every machine: what rings own, what a trace does to caches,
// what entries and types take.
//
// All from fixed seeds and whole numbers, on one thread and in virtual time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ringlab {

// `measure`: "figure", where any change is a change of behaviour; or "bytes". total / ops is what
// a person reads.
struct ExactFigure {
  std::string name;
  std::string measure;
  std::uint64_t total;
  std::uint64_t ops = 1;
};

std::vector<ExactFigure> RingFigures();   // shares, and what moves when a node comes or goes
std::vector<ExactFigure> TraceFigures();  // hits, loads, evictions of a fixed trace
std::vector<ExactFigure> SizeFigures();   // bytes of an entry, and of the types of the hot paths

}  // namespace ringlab
