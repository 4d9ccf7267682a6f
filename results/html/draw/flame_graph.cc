#include "results/html/draw/flame_graph.h"

#include <algorithm>
#include <map>
#include <memory>

#include "core/base/hash.h"
#include "results/html/draw/markup.h"
#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

constexpr double kWidth = 1200;
constexpr double kRow = 18;
constexpr double kTop = 48;  // the title's room
constexpr double kLeastShare = 0.001;
constexpr double kLetter = 7.2;  // the width of one, roughly
constexpr std::size_t kDepthMax = 200;

struct Box {
  std::map<std::string, std::unique_ptr<Box>> calls;  // by name, so that runs look alike
  std::uint64_t samples = 0;
};

// In a tree whose depth is bounded, whatever recursed.
std::unique_ptr<Box> TreeOf(const std::vector<Stack>& stacks) {
  auto root = std::make_unique<Box>();
  for (const Stack& stack : stacks) {
    Box* at = root.get();
    at->samples += stack.samples;
    for (std::size_t i = 0; i < std::min(stack.frames.size(), kDepthMax); ++i) {
      auto& next = at->calls[stack.frames[i]];
      if (!next) next = std::make_unique<Box>();
      at = next.get();
      at->samples += stack.samples;
    }
  }
  return root;
}

// A warm colour, the same for a name everywhere.
std::string ColourOf(const std::string& name) {
  const std::uint64_t hash = HashKey(name);
  return Format("hsl(%d,%d%%,%d%%)", 8 + static_cast<int>(hash % 45),
                70 + static_cast<int>(hash / 64 % 20), 58 + static_cast<int>(hash / 4096 % 14));
}

class Drawing {
 public:
  explicit Drawing(const Box& root) : root_(root), depth_(DepthOf(root)) {}

  std::string Markup(const std::string& title) {
    Draw("all", root_, 0, 0);
    const double height = kTop + static_cast<double>(depth_) * kRow + 8;
    return Element(
               "svg",
               {{"xmlns", "http://www.w3.org/2000/svg"},
                {"viewBox", "0 0 " + Decimal(kWidth, 0) + " " + Decimal(height, 0)},
                {"font-family", "monospace"},
                {"font-size", "11"}},
               Element("title", {}, Escape(title)) +
                   Element("rect", {{"width", "100%"}, {"height", "100%"}, {"fill", "#fffdf7"}}) +
                   Element("text", {{"x", "8"}, {"y", "20"}, {"font-size", "15"}}, Escape(title)) +
                   Element("text", {{"x", "8"}, {"y", "38"}, {"fill", "#555"}},
                           Escape(Plural(root_.samples, "sample") +
                                  "; a box is as wide as its share of them")) +
                   boxes_) +
           "\n";
  }

 private:
  bool IsDrawn(const Box& box) const {
    return static_cast<double>(box.samples) >= kLeastShare * static_cast<double>(root_.samples) &&
           box.samples > 0;
  }

  std::size_t DepthOf(const Box& box) const {
    std::size_t depth = 0;
    for (const auto& [name, call] : box.calls) {
      if (IsDrawn(*call)) depth = std::max(depth, DepthOf(*call));
    }
    return depth + 1;
  }

  // `before`: samples that lie left of it.
  void Draw(const std::string& name, const Box& box, std::size_t level, std::uint64_t before) {
    const auto all = static_cast<double>(std::max<std::uint64_t>(1, root_.samples));
    const double x = kWidth * static_cast<double>(before) / all;
    const double width = kWidth * static_cast<double>(box.samples) / all;
    const double y = kTop + static_cast<double>(depth_ - 1 - level) * kRow;
    const std::string told = name + Format(": %.1f %% of the samples (", 100 * width / kWidth) +
                             Count(box.samples) + ")";
    const auto letters = static_cast<std::size_t>(width / kLetter);
    const std::string shown = name.size() <= letters ? name
                              : letters > 3          ? name.substr(0, letters - 2) + ".."
                                                     : "";
    boxes_ +=
        Element("g", {},
                Element("title", {}, Escape(told)) +
                    Element("rect", {{"x", Decimal(x, 2)},
                                     {"y", Decimal(y, 0)},
                                     {"width", Decimal(std::max(0.3, width - 0.5), 2)},
                                     {"height", Decimal(kRow - 1, 0)},
                                     {"fill", ColourOf(name)}}) +
                    (shown.empty()
                         ? ""
                         : Element("text", {{"x", Decimal(x + 3, 2)}, {"y", Decimal(y + 13, 0)}},
                                   Escape(shown)))) +
        '\n';
    for (const auto& [call, of] : box.calls) {
      if (IsDrawn(*of)) Draw(call, *of, level + 1, before);
      before += of->samples;
    }
  }

  const Box& root_;
  const std::size_t depth_;
  std::string boxes_;
};

}  // namespace

std::string FlameGraph(const std::vector<Stack>& stacks, const std::string& title) {
  const std::unique_ptr<Box> root = TreeOf(stacks);
  return Drawing(*root).Markup(title);
}

}  // namespace ringlab::html
