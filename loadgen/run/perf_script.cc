#include "loadgen/run/perf_script.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/parse.h"

namespace ringlab {

namespace {

std::string_view Trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return "";
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

// "/usr/lib/libz.so.1" of "55d0c0ffee deflate (/usr/lib/libz.so.1)", which then ends before it; or
// "". perf adds " (deleted)" to a file that was replaced.
std::string_view TakeFile(std::string_view& line) {
  if (!line.ends_with(')')) return "";
  std::size_t depth = 0;
  std::size_t at = line.size();
  do {
    if (at == 0) return "";
    --at;
    if (line[at] == ')') ++depth;
    if (line[at] == '(') --depth;
  } while (depth > 0);
  if (at == 0 || line[at - 1] != ' ') return "";  // the end of a function's name
  std::string_view file = line.substr(at + 1, line.size() - at - 2);
  line = Trimmed(line.substr(0, at));
  constexpr std::string_view kDeleted = " (deleted)";
  if (file.ends_with(kDeleted)) file.remove_suffix(kDeleted.size());
  return file;
}

// "[libz.so.1]", "[kernel]".
std::string NameOfFile(std::string_view file) {
  constexpr std::string_view kUnknown = "[unknown]";
  if (file.empty() || file == kUnknown) return std::string(kUnknown);
  if (file.starts_with("[kernel.")) return "[kernel]";
  if (file.starts_with('[')) return std::string(file);  // [vdso], a kernel's module
  return '[' + std::string(file.substr(file.rfind('/') + 1)) + ']';
}

// "Group::Get(…)" of "55d0c0ffee ringlab::Group::Get(…)+0x12 (/usr/bin/cachenode)".
std::string FrameOf(std::string_view line) {
  const std::string_view file = TakeFile(line);
  const std::size_t space = line.find(' ');
  std::string_view symbol = space == std::string_view::npos ? "" : Trimmed(line.substr(space));
  if (const std::size_t offset = symbol.rfind("+0x"); offset != std::string_view::npos) {
    symbol = symbol.substr(0, offset);
  }
  if (symbol.empty() || symbol == "[unknown]") return NameOfFile(file);
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

void PerfStacks::Take(std::string_view line) {
  const std::string_view text = Trimmed(line);
  if (text.empty()) return EndSample();
  if (process_ == nullptr && frames_.empty()) {
    const auto pid = ParseCount(text);
    if (!pid || *pid > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) return;
    const auto found = names_.find(static_cast<int>(*pid));
    if (found != names_.end()) process_ = &found->second;
  } else if (process_ != nullptr) {
    std::string frame = FrameOf(text);
    const bool has_symbol = !frame.starts_with('[');
    if (frames_.empty() || has_symbol || frames_.back() != frame) {
      frames_.push_back(std::move(frame));
    }
  }
}

void PerfStacks::EndSample() {
  if (process_ != nullptr && !frames_.empty()) {
    frames_.push_back(*process_);
    std::ranges::reverse(frames_);
    ++samples_[std::move(frames_)];
  }
  frames_.clear();
  process_ = nullptr;
}

std::vector<html::Stack> PerfStacks::Stacks() {
  EndSample();
  std::vector<html::Stack> stacks;
  for (const auto& [frames, samples] : samples_) stacks.push_back({frames, samples});
  return stacks;
}

}  // namespace ringlab
