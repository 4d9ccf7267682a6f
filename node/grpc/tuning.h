// What makes this machine's gRPC faster, and has to be said once in a process.
#pragma once

namespace ringlab {

// Before the first server or channel of the process; more calls do nothing.
void TuneGrpc();

}  // namespace ringlab
