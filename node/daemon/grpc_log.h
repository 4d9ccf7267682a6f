// What gRPC says of its own accord, in our log: handshakes that fail, above all. Anybody who
// connects can make it say so, hence one line in ten seconds, which counts the rest.
#pragma once

namespace ringlab {

// For the process; before gRPC is used.
void LogGrpcToo();

}  // namespace ringlab
