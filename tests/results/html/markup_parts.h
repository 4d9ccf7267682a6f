// What tests of markup look for: names that try to be markup, and elements that are all closed.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace ringlab::html {

inline constexpr const char* kHostile = "</script><img src=x onerror=\"alert('1')\">&\x01";

inline std::size_t CountOf(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos;
       at = text.find(what, at + what.size())) {
    ++count;
  }
  return count;
}

// Every element is closed, in turn; void ones of HTML aside. What scripts and styles hold is not
// looked at.
inline bool IsBalanced(std::string_view markup) {
  std::vector<std::string> open;
  for (std::size_t at = markup.find('<'); at != std::string_view::npos; at = markup.find('<', at)) {
    const std::size_t end = markup.find('>', at);
    if (end == std::string_view::npos) return false;
    const std::string_view tag = markup.substr(at + 1, end - at - 1);
    at = end;
    if (tag.starts_with('!')) continue;
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
      continue;
    }
    const std::string name(tag.substr(0, tag.find(' ')));
    if (name == "meta") continue;
    open.push_back(name);
    if (name == "script" || name == "style") at = markup.find("</" + name, at);
  }
  return open.empty();
}

// The tags alone: what a browser could act upon.
inline std::string TagsOf(std::string_view markup) {
  std::string tags;
  for (std::size_t at = markup.find('<'); at != std::string_view::npos; at = markup.find('<', at)) {
    const std::size_t end = std::min(markup.find('>', at), markup.size() - 1);
    tags += markup.substr(at, end + 1 - at);
    const bool is_script = markup.substr(at).starts_with("<script");
    at = is_script ? markup.find("</script", end) : end;
  }
  return tags;
}

}  // namespace ringlab::html
