#include "loadgen/run/perf_script.h"

#include <algorithm>
#include <utility>

#include "core/base/parse.h"

namespace ringlab {

namespace {

std::string_view Trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return "";
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

// "ringlab::Group::Get(…)" of "    55d0c0ffee ringlab::Group::Get(…)+0x12".
std::string SymbolOf(std::string_view line) {
  const std::size_t space = line.find(' ');
  std::string_view symbol = space == std::string_view::npos ? "" : Trimmed(line.substr(space));
  if (const std::size_t offset = symbol.rfind("+0x"); offset != std::string_view::npos) {
    symbol = symbol.substr(0, offset);
  }
  if (symbol.empty()) return "[unknown]";
  // Ours are most of them, and the boxes small.
  std::string shown(symbol);
  for (const std::string_view ours : {"ringlab::", "(anonymous namespace)::"}) {
    for (std::size_t at = 0; (at = shown.find(ours, at)) != std::string::npos;) {
      shown.erase(at, ours.size());
    }
  }
  return shown;
}

}  // namespace

std::vector<html::Stack> StacksOf(std::string_view perf_script,
                                  const std::map<int, std::string>& names) {
  std::vector<html::Stack> stacks;
  std::vector<std::string> frames;  // from the one that ran
  const std::string* process = nullptr;
  const auto end_sample = [&] {
    if (process != nullptr && !frames.empty()) {
      std::ranges::reverse(frames);
      frames.insert(frames.begin(), *process);
      stacks.push_back({.frames = std::move(frames)});
    }
    frames.clear();
    process = nullptr;
  };
  while (!perf_script.empty()) {
    const auto [line, rest] = SplitOnce(perf_script, '\n');
    perf_script = rest;
    const std::string_view text = Trimmed(line);
    if (text.empty()) {
      end_sample();
    } else if (process == nullptr && frames.empty()) {
      const auto pid = ParseCount(text);
      const auto found = pid ? names.find(static_cast<int>(*pid)) : names.end();
      if (found != names.end()) process = &found->second;
    } else if (process != nullptr) {
      std::string symbol = SymbolOf(text);
      if (frames.empty() || symbol != "[unknown]" || frames.back() != symbol) {
        frames.push_back(std::move(symbol));
      }
    }
  }
  end_sample();
  return stacks;
}

}  // namespace ringlab
