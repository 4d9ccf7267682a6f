#include "node/daemon/log_sink.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>

namespace ringlab {

// In pieces of what a pipe that can be written to takes without waiting (POSIX: PIPE_BUF). False
// when some of it did not go.
bool LogSink::Write(std::string_view text) const {
  while (!text.empty()) {
    pollfd room{.fd = file_, .events = POLLOUT, .revents = 0};
    if (poll(&room, 1, 0) != 1 || (room.revents & POLLOUT) == 0) return false;
    const ssize_t wrote = write(file_, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

void LogSink::sink_it_(const spdlog::details::log_msg& line) {
  spdlog::memory_buf_t text;
  formatter_->format(line, text);
  if (dropped_ > 0) {
    const std::string told = std::to_string(dropped_) +
                             " lines of the log are missing here: nobody read it, or it had no "
                             "room\n";
    if (!Write(told)) return void(++dropped_);
    dropped_ = 0;
  }
  if (!Write({text.data(), text.size()})) ++dropped_;
}

}  // namespace ringlab
