// ShellCommand: what was typed, as text that can be typed again. Used by the mains alone.
#pragma once

#include <string>
#include <string_view>

namespace ringlab {

// As a shell would take it: quoted where it has more than plain characters.
inline std::string ShellWord(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+:.,/%@";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(word);
  }
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

// `tool` in place of the path that argv begins with.
inline std::string ShellCommand(const std::string& tool, int argc, const char* const* argv) {
  std::string command = tool;
  for (int i = 1; i < argc; ++i) command += " " + ShellWord(argv[i]);
  return command;
}

}  // namespace ringlab
