#include "node/daemon/program.h"

#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <memory>

#include "node/daemon/control.h"
#include "node/daemon/daemon.h"
#include "node/daemon/grpc_log.h"
#include "node/daemon/log_sink.h"
#include "node/live/flags.h"
#include "node/live/freed_memory.h"
#include "node/settings/settings.h"

namespace ringlab {

namespace {

// The same command line once more, for what has changed in its config file.
Result<Settings> Reread(int argc, char** argv) {
  CLI::App app("", "cachenode");
  Settings settings;
  for (int i = 1; i < argc; ++i) {  // a pipe has been read, or would be waited for
    const std::string_view argument = argv[i];
    const char* const file = argument.starts_with("--config=")        ? argv[i] + 9
                             : argument == "--config" && i + 1 < argc ? argv[i + 1]
                                                                      : nullptr;
    struct stat status{};
    if (file != nullptr && stat(file, &status) == 0 && !S_ISREG(status.st_mode)) {
      return Fail(Code::kInvalidArgument,
                  std::string("--config: \"") + file + "\": expected a regular file");
    }
  }
  AddSettings(app, settings);
  try {
    app.parse(argc, argv);
    RefuseEmptyValues(app);
  } catch (const CLI::ParseError& error) {
    return Fail(Code::kInvalidArgument, Explained(error));
  }
  NoteGiven(app, settings);
  if (std::string misfit = Settle(settings); !misfit.empty()) {
    return Fail(Code::kInvalidArgument, std::move(misfit));
  }
  return settings;
}

// Libraries throw where the system gives a process no thread, descriptor or memory to begin with.
Result<std::unique_ptr<Daemon>> StartDaemon(Settings settings) {
  try {
    return Daemon::Start(std::move(settings));
  } catch (const std::exception& error) {
    return Fail(Code::kResourceExhausted, std::string("the node cannot start: ") + error.what());
  }
}

int Serve(Settings settings, const CLI::App& app, const std::function<Result<Settings>()>& reread) {
  if (const std::string misfit = Settle(settings); !misfit.empty()) return UsageError(app, misfit);
  // The kernel ends this process with its starter even if that is killed and this is stopped.
  if (settings.control) prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Before signals are ours: one that comes while a table is filled ends the process at once.
  if (const auto prepared = Daemon::Prepare(settings); !prepared) {
    return UsageError(app, prepared.error().message);
  }
  // Before any thread, so that all inherit its signal mask.
  const auto control = Control::Open(settings.control);
  if (!control) return UsageError(app, control.error().message);
  const auto daemon = StartDaemon(std::move(settings));
  if (!daemon) return UsageError(app, daemon.error().message);
  const Control::Ending end = (*control)->Run(
      {.set_peers = [&](const std::vector<Peer>& peers) { (*daemon)->SetPeers(peers); },
       .reload = [&] { (*daemon)->Reload(reread()); },
       .look = [&] { (*daemon)->Look(); }});
  spdlog::info("{} stops: {}", (*daemon)->name(), end.why);
  (*control)->ExitOnNextSignal();
  (*daemon)->Stop(/*goodbye=*/end.by_signal);
  spdlog::info("{} has stopped: what it had accepted is answered", (*daemon)->name());
  return kExitOk;
}

}  // namespace

int RunCachenode(int argc, char** argv) {
  KeepFreedMemory();
  Control::BlockReload();
  CLI::App app("One cache node: answers Get over gRPC from memory, its peers or its source.",
               "cachenode");
  Settings settings;
  AddSettings(app, settings);
  int exit = kExitOk;
  if (!ParseCommandLine(app, argc, argv, exit)) return exit;
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("cachenode", std::make_shared<LogSink>(STDERR_FILENO)));
  spdlog::set_level(settings.log_level);
  LogGrpcToo();
  NoteGiven(app, settings);
  return Serve(std::move(settings), app, [&] { return Reread(argc, argv); });
}

}  // namespace ringlab
