// The program cachenode: one cache node in one process, until it is told to stop.
#pragma once

namespace ringlab {

// What main does. Returns the exit code; for main's thread.
int RunCachenode(int argc, char** argv);

}  // namespace ringlab
