// The beginning and the end of what --live, --metrics and --live-csv show.
#pragma once

#include <memory>
#include <string>

#include "loadgen/live/follower.h"
#include "loadgen/run/options.h"
#include "node/live/interrupt.h"
#include "node/live/terminal.h"

namespace ringlab {

// What is wrong with the file of rows, or "": it may replace nothing that is read or written else.
std::string ComplaintAboutRows(const CLI::App& app, const LoadgenOptions& options);

// Null when nobody is to be shown anything. Says where it is shown; with --quiet, those ports alone
// that the system chose.
Result<std::unique_ptr<LiveFollower>> StartShow(const LoadgenOptions& options, StatusLine& status);

// After the report: who followed the run gets the end of it too, unless somebody wants the end. The
// exit code: `exit`, or that of a usage error when rows were lost. `follower` may be null.
int EndShow(const CLI::App& app, LiveFollower* follower, const Interrupt& interrupt,
            StatusLine& status, int exit);

}  // namespace ringlab
