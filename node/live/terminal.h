// StatusLine: one line on stderr that is overwritten as work goes on.
//
// On anything but a terminal (or with NO_COLOR, CI or TERM=dumb) it uses no control codes and says
// milestones alone, and what is new every ten seconds or so. Not thread-safe.
#pragma once

#include <chrono>
#include <string>

namespace ringlab {

class StatusLine {
 public:
  explicit StatusLine(bool enabled);
  ~StatusLine() { Clear(); }
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

  void Show(const std::string& text);

  // What a log without a terminal should hold too: said at once there.
  void Milestone(const std::string& text);

  // A line that stays where it is, above those to come.
  void Keep(const std::string& text);

  void Clear();

 private:
  const bool enabled_;
  const bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace ringlab
