// Control: how the world tells a running cachenode what to do: signals, and lines on stdin.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "node/live/peers.h"

namespace ringlab {

class Control {
 public:
  // From here on SIGHUP ends nothing: one that comes before Open waits for Run. For this thread,
  // and all that it starts.
  static void BlockReload();

  // Blocks SIGTERM, SIGINT and SIGHUP for this thread and all that it starts, so that Run receives
  // them. With `read_stdin`, lines on stdin are commands and its end means stop. kResourceExhausted
  // when there is no descriptor for signals.
  static Result<std::unique_ptr<Control>> Open(bool read_stdin);
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

  // From here on SIGTERM or SIGINT ends the process at once. SIGHUP does nothing: who stops has no
  // settings to read again.
  void ExitOnNextSignal();

 private:
  explicit Control(bool read_stdin) : read_stdin_(read_stdin) {}

  // The reason to stop, or "".
  std::string ReadSignal(const Commands& commands);
  std::string ReadCommands(const Commands& commands);

  const bool read_stdin_;
  int signals_ = -1;
  std::string pending_;  // the start of a line whose end has not come
};

}  // namespace ringlab
