// Control: how the world tells a running cachenode what to do: signals, and lines on stdin.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "node/live/peers.h"

namespace ringlab {

class Control {
 public:
  // Blocks SIGTERM, SIGINT and SIGHUP for this thread and all that it starts, so that Run receives
  // them. With `read_stdin`, lines on stdin are commands and its end means stop.
  explicit Control(bool read_stdin);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  // Why it is time to stop. A signal comes from who runs the node as part of a cluster that goes
  // on; with stdin, who started it and its peers has ended.
  struct Ending {
    std::string why;
    bool by_signal = false;
  };

  struct Commands {
    std::function<void(const std::vector<Peer>&)> set_peers;
    std::function<void()> reload;  // SIGHUP
    std::function<void()> look;    // about once a second, while nothing else comes
  };

  // Serves commands until it is time to stop. Blocks; for main alone.
  Ending Run(const Commands& commands);

  // From here on a signal ends the process at once.
  void ExitOnNextSignal();

 private:
  // The reason to stop, or "".
  std::string ReadSignal(const Commands& commands);
  std::string ReadCommands(const Commands& commands);

  const bool read_stdin_;
  int signals_ = -1;
  std::string pending_;  // the start of a line whose end has not come
};

}  // namespace ringlab
