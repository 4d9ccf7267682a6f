#include "sim/skew/naming.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "core/base/check.h"
#include "core/base/parse.h"
#include "core/base/random.h"

namespace ringlab {
namespace {

constexpr std::string_view kPlaceholder = "{i}";
constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";
constexpr std::size_t kPrefixLetters = 4;
constexpr std::size_t kMinVariedPlaces = 3;

using Names = std::vector<std::string>;

// Letters or digits of a character's class; empty for any other character.
std::string_view ClassOf(char c) {
  for (const std::string_view all : {kLower, kUpper, kDigits}) {
    if (all.find(c) != std::string_view::npos) return all;
  }
  return {};
}

// The places at which all names agree.
struct Constant {
  std::vector<std::size_t> from_start;
  std::vector<std::size_t> from_end;  // 1 is the last character
};

bool AgreeAt(const Names& names, std::size_t place) {
  return std::all_of(names.begin(), names.end(),
                     [&](const std::string& name) { return name[place] == names[0][place]; });
}

bool AgreeAtEnd(const Names& names, std::size_t place) {
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return name[name.size() - place] == names[0][names[0].size() - place];
  });
}

Constant ConstantPlaces(const Names& names) {
  const auto by_length = [](const std::string& a, const std::string& b) {
    return a.size() < b.size();
  };
  const auto [shortest, longest] = std::minmax_element(names.begin(), names.end(), by_length);
  const std::size_t length = shortest->size();
  Constant constant;
  if (longest->size() == length) {
    for (std::size_t i = 0; i < length; ++i) {
      if (AgreeAt(names, i)) constant.from_start.push_back(i);
    }
    return constant;
  }
  std::size_t prefix = 0;
  for (; prefix < length && AgreeAt(names, prefix); ++prefix) constant.from_start.push_back(prefix);
  for (std::size_t i = 1; prefix + i <= length && AgreeAtEnd(names, i); ++i) {
    constant.from_end.push_back(i);
  }
  return constant;
}

// The first name with its constant letters and digits drawn anew. All names take them from it.
std::string Redraw(const std::string& name, const Constant& constant, Rng& rng) {
  std::string drawn = name;
  const auto redraw = [&](std::size_t place) {
    const std::string_view all = ClassOf(name[place]);
    if (!all.empty()) drawn[place] = all[rng.Below(all.size())];
  };
  for (const std::size_t place : constant.from_start) redraw(place);
  for (const std::size_t place : constant.from_end) redraw(name.size() - place);
  return drawn;
}

std::size_t CountVaried(const std::string& name, const Constant& constant) {
  std::size_t varied = 0;
  for (const std::size_t place : constant.from_start) varied += !ClassOf(name[place]).empty();
  for (const std::size_t place : constant.from_end) {
    varied += !ClassOf(name[name.size() - place]).empty();
  }
  return varied;
}

void CopyConstant(const std::string& from, const Constant& constant, std::string& to) {
  for (const std::size_t place : constant.from_start) to[place] = from[place];
  for (const std::size_t place : constant.from_end) {
    to[to.size() - place] = from[from.size() - place];
  }
}

std::string RandomPrefix(Rng& rng) {
  std::string prefix;
  while (prefix.size() < kPrefixLetters) prefix.push_back(kLower[rng.Below(kLower.size())]);
  return prefix;
}

// With a prefix a sibling can be a name of the original only by bad luck, without one never.
bool AnyIn(const Names& siblings, Names names) {
  std::sort(names.begin(), names.end());
  return std::any_of(siblings.begin(), siblings.end(), [&](const std::string& sibling) {
    return std::binary_search(names.begin(), names.end(), sibling);
  });
}

// A list of thousands would bury what is wrong with it.
std::string Shortened(std::string_view text) {
  constexpr std::size_t kLength = 80;
  return std::string(text.substr(0, kLength)) + (text.size() > kLength ? "..." : "");
}

}  // namespace

Result<Names> NamesFromPattern(std::string_view pattern, std::uint64_t nodes) {
  const auto refuse = [&](const std::string& why) {
    return Fail(Code::kInvalidArgument,
                "name nodes by pattern \"" + std::string(pattern) + "\": " + why);
  };
  const std::size_t at = pattern.find(kPlaceholder);
  if (at == std::string_view::npos) {
    return refuse("no {i} in it; accepted: a text with one {i}, such as \"10.0.0.{i}:8080\"");
  }
  if (pattern.find(kPlaceholder, at + 1) != std::string_view::npos) {
    return refuse("{i} more than once; accepted: a text with one {i}");
  }
  if (nodes == 0 || nodes > kMaxNamedNodes) {
    return refuse(std::to_string(nodes) + " nodes; accepted: 1 to " +
                  std::to_string(kMaxNamedNodes));
  }
  Names names;
  names.reserve(nodes);
  for (std::uint64_t i = 0; i < nodes; ++i) {
    std::string name(pattern.substr(0, at));
    name += std::to_string(i);
    name += pattern.substr(at + kPlaceholder.size());
    names.push_back(std::move(name));
  }
  return names;
}

Result<Names> NamesFromList(std::string_view list) {
  const auto refuse = [&](const std::string& why) {
    return Fail(Code::kInvalidArgument,
                "name nodes by list \"" + Shortened(list) + "\": " + why +
                    "; accepted: unique names with a comma between each two");
  };
  Names names;
  for (const std::string_view part : SplitAt(list, ',')) names.emplace_back(part);
  if (names.empty()) return refuse("no names");
  Names sorted = names;
  std::sort(sorted.begin(), sorted.end());
  if (sorted.front().empty()) return refuse("an empty name");
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) return refuse("\"" + *twice + "\" comes twice");
  return names;
}

Names SiblingNames(const Names& names, std::uint64_t seed) {
  RL_CHECK(!names.empty());
  const Constant constant = ConstantPlaces(names);
  const std::size_t varied = CountVaried(names[0], constant);
  Rng rng = Rng(seed).Split("siblings");
  for (;;) {  // a draw is as good as certain to differ: 9 in 10 for one digit
    const std::string drawn = Redraw(names[0], constant, rng);
    const std::string prefix = varied < kMinVariedPlaces ? RandomPrefix(rng) : "";
    Names siblings = names;
    for (std::string& sibling : siblings) {
      CopyConstant(drawn, constant, sibling);
      sibling.insert(0, prefix);
    }
    if (!AnyIn(siblings, names)) return siblings;
  }
}

}  // namespace ringlab
