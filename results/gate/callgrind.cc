#include "results/gate/callgrind.h"

#include <charconv>
#include <unordered_map>

#include "core/base/parse.h"

namespace ringlab {

namespace {

constexpr std::string_view kTrigger = "desc: Trigger: Client Request: ";

bool ReadCount(std::string_view text, std::uint64_t& count) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  return error == std::errc() && end == text.data() + text.size();
}

// One dump, line by line.
class Reader {
 public:
  bool Read(std::string_view line) {
    if (line.empty()) return true;
    if (line.starts_with("events:")) return line == "events: Ir";
    if (line.starts_with("positions:")) return line == "positions: line";
    if (line.starts_with(kTrigger)) {
      dump.trigger = line.substr(kTrigger.size());
    } else if (line.starts_with("fn=")) {
      return ReadName(line.substr(3), function_);
    } else if (line.starts_with("cfn=")) {
      std::string callee;
      return ReadName(line.substr(4), callee);
    } else if (line.starts_with("calls=")) {
      of_call_ = true;  // the next line is what the callee spent, not the caller
    } else if (line.starts_with("totals: ")) {
      return ReadCount(line.substr(8), dump.total);
    } else if (IsCost(line.front())) {
      return ReadCost(line);
    }
    return true;  // files, objects, the head
  }

  CallgrindDump dump;

 private:
  static bool IsCost(char first) {
    return first == '+' || first == '-' || first == '*' || (first >= '0' && first <= '9');
  }

  // "(12) name" gives 12 that name, "(12)" uses it.
  bool ReadName(std::string_view text, std::string& name) {
    const auto [id, rest] = SplitOnce(text, ' ');
    if (rest.empty() && !id.starts_with('(')) {
      name = text;
      return true;
    }
    std::string& known = names_[std::string(id)];
    if (!rest.empty()) known = ShortFunctionName(rest);
    name = known;
    return !known.empty();
  }

  bool ReadCost(std::string_view line) {
    const auto [position, cost] = SplitOnce(line, ' ');
    std::uint64_t count = 0;
    if (!ReadCount(cost, count)) return false;
    if (!of_call_) dump.self[function_] += count;
    of_call_ = false;
    return true;
  }

  std::unordered_map<std::string, std::string> names_;
  std::string function_;
  bool of_call_ = false;
};

}  // namespace

Result<CallgrindDump> ParseCallgrind(std::string_view text) {
  if (!text.starts_with("# callgrind format")) {
    return Fail(Code::kInvalidArgument, "no dump of callgrind");
  }
  Reader reader;
  std::size_t number = 0;
  for (const std::string_view line : SplitAt(text, '\n')) {
    ++number;
    if (!reader.Read(line)) {
      return Fail(Code::kInvalidArgument, "callgrind's dump, line " + std::to_string(number) +
                                              ": not understood: " + std::string(line));
    }
  }
  std::uint64_t sum = 0;
  for (const auto& [function, cost] : reader.dump.self) sum += cost;
  if (sum != reader.dump.total) {
    return Fail(Code::kInvalidArgument, "callgrind's dump: the functions spent " +
                                            std::to_string(sum) + " instructions, not the " +
                                            std::to_string(reader.dump.total) + " of its totals");
  }
  return std::move(reader.dump);
}

std::string ShortFunctionName(std::string_view demangled) {
  std::string text(demangled);
  const auto drop = [&text](std::string_view what) {
    for (std::size_t at = 0; (at = text.find(what)) != std::string::npos;) {
      text.erase(at, what.size());
    }
  };
  if (const auto clone = text.find(" [clone"); clone != std::string::npos) text.resize(clone);
  drop("ringlab::");
  drop("(anonymous namespace)::");
  drop("[abi:cxx11]");
  // The arguments: the last bracket that is open outside of <>, and what follows it.
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool arrow = text[i] == '>' && i > 0 && text[i - 1] == '-';
    if (text[i] == '<') ++depth;
    if (text[i] == '>' && !arrow) --depth;
    const bool call_operator = text.substr(0, i).ends_with("operator");
    if (text[i] == '(' && depth == 0 && i > 0 && !call_operator) {
      text.resize(i);
      break;
    }
  }
  if (const auto local = text.find("_Function_handler<"); local != std::string::npos) {
    return "(the benchmark itself)";
  }
  constexpr std::size_t kLongest = 80;
  if (text.size() > kLongest) text = text.substr(0, kLongest - 3) + "...";
  return text;
}

}  // namespace ringlab
