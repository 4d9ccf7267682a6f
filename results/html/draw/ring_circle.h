// RingCircle: a hash ring as a circle, place 0 at the top and rising clockwise.
//
// Outside, if the arcs are known, each in the colour of its owner, where it really is; inside, each
// node's arcs put together: its share. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ringlab::html {

struct RingDrawing {
  std::string title;
  std::vector<std::string> names = {};   // of the nodes
  std::vector<double> shares = {};       // of each, summing to 1
  std::vector<double> arc_ends = {};     // ascending fractions of the circle; empty: not known
  std::vector<std::size_t> owners = {};  // of the arc that ends there: an index of `names`
};

// Up to so many nodes have a colour each; of more, the largest and the smallest alone.
inline constexpr std::size_t kColouredNodes = 8;

// The class of each node's colour: "c1" … "c8", or "c2" the largest, "c1" the smallest, "o0" and
// "o1" in turn the others.
std::vector<std::string> NodeColours(const std::vector<double>& shares);

std::string RingCircle(const RingDrawing& ring);

}  // namespace ringlab::html
