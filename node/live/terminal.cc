#include "node/live/terminal.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace ringlab {

namespace {

bool IsSet(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool MayUseControlCodes() {
  const char* term = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && !IsSet("NO_COLOR") && !IsSet("CI") &&
         (term == nullptr || std::string_view(term) != "dumb");
}

constexpr std::chrono::seconds kPlainEvery(10);

}  // namespace

StatusLine::StatusLine(bool enabled) : enabled_(enabled), terminal_(MayUseControlCodes()) {}

void StatusLine::Show(const std::string& text) {
  if (!enabled_) return;
  if (terminal_) {
    std::cerr << "\r\x1b[K" << text << std::flush;
    shown_ = true;
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (shown_ && now - last_ < kPlainEvery) return;
  last_ = now;
  shown_ = true;
  std::cerr << text << std::endl;
}

void StatusLine::Milestone(const std::string& text) {
  if (!terminal_) shown_ = false;
  Show(text);
}

void StatusLine::Keep(const std::string& text) {
  if (!enabled_) return;
  Clear();
  std::cerr << text << std::endl;
}

void StatusLine::Clear() {
  if (enabled_ && terminal_ && shown_) std::cerr << "\r\x1b[K" << std::flush;
  shown_ = false;
}

}  // namespace ringlab
