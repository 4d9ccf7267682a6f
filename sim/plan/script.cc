#include "sim/plan/script.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "core/base/parse.h"

namespace ringlab {

namespace {

constexpr std::string_view kExpected =
    "expected steps such as \"kill node-2 @2s; join node-9 @4s; leave node-3 @6s\"";

std::optional<ChurnVerb> VerbNamed(std::string_view name) {
  for (const ChurnVerb verb : {ChurnVerb::kKill, ChurnVerb::kJoin, ChurnVerb::kLeave}) {
    if (name == ChurnVerbName(verb)) return verb;
  }
  return std::nullopt;
}

// The parts between blanks.
std::vector<std::string_view> Words(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  std::vector<std::string_view> words;
  for (std::size_t at = text.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(kBlanks, end);
  }
  return words;
}

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

tl::unexpected<Error> BadStep(std::size_t number, std::string_view step, const std::string& why) {
  return Fail(Code::kInvalidArgument,
              "step " + std::to_string(number) + ", " + Quoted(step) + ": " + why);
}

Result<ChurnStep> ParseStep(std::size_t number, std::string_view text) {
  const auto words = Words(text);
  if (words.size() != 3) {
    return BadStep(number, text,
                   "it has " + std::to_string(words.size()) +
                       (words.size() == 1 ? " word" : " words") +
                       "; expected VERB NODE @TIME, as \"kill node-2 @2s\"");
  }
  const auto verb = VerbNamed(words[0]);
  if (!verb) return BadStep(number, text, Quoted(words[0]) + ": expected kill, join or leave");
  if (!words[2].starts_with('@')) {
    return BadStep(number, text, Quoted(words[2]) + ": expected @TIME, such as @2s or @500ms");
  }
  const auto at = ParseDuration(words[2].substr(1));
  if (!at) return BadStep(number, text, "@" + at.error().message);
  return ChurnStep{*verb, std::string(words[1]), *at};
}

std::string ListOf(const std::set<std::string>& names) {
  constexpr std::size_t kNamesMax = 8;  // more would bury the message
  std::string text;
  std::size_t listed = 0;
  for (const std::string& name : names) {
    if (listed++ == kNamesMax) return text + ", ... " + std::to_string(names.size()) + " in all";
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

}  // namespace

std::string_view ChurnVerbName(ChurnVerb verb) {
  switch (verb) {
    case ChurnVerb::kKill: return "kill";
    case ChurnVerb::kJoin: return "join";
    case ChurnVerb::kLeave: return "leave";
  }
  return "";
}

std::string ToText(const ChurnStep& step) {
  std::string at = step.at == Duration::zero() ? "0s" : FormatDuration(step.at);
  std::erase(at, ' ');  // so that it can be read again
  return std::string(ChurnVerbName(step.verb)) + " " + step.node + " @" + at;
}

Result<std::vector<ChurnStep>> ParseScript(std::string_view text) {
  std::vector<ChurnStep> steps;
  std::size_t number = 0;
  for (const std::string_view part : SplitAt(text, ';')) {
    ++number;
    if (Words(part).empty()) continue;  // a ';' at the end
    auto step = ParseStep(number, part);
    if (!step) return tl::unexpected<Error>(step.error());
    steps.push_back(*std::move(step));
  }
  if (steps.empty() && number > 1) {
    return Fail(Code::kInvalidArgument, Quoted(text) + ": " + std::string(kExpected));
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const ChurnStep& a, const ChurnStep& b) { return a.at < b.at; });
  return steps;
}

Result<void> CheckScript(const std::vector<ChurnStep>& steps,
                         const std::vector<std::string>& names) {
  std::set<std::string> living(names.begin(), names.end());
  std::size_t number = 0;
  for (const ChurnStep& step : steps) {
    ++number;
    const bool there = living.contains(step.node);
    if (step.verb == ChurnVerb::kJoin) {
      if (there) {
        return BadStep(number, ToText(step),
                       "a node of that name is there; expected a new name, or one that has gone");
      }
      living.insert(step.node);
      continue;
    }
    if (!there) {
      return BadStep(number, ToText(step), "no such node then; there are: " + ListOf(living));
    }
    if (living.size() == 1) {
      return BadStep(number, ToText(step), "it is the last node; expected one to stay");
    }
    living.erase(step.node);
  }
  return {};
}

}  // namespace ringlab
