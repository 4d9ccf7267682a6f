// How many files this process has open, and how many it may have.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/result.h"

namespace ringlab {

// What a tool needs besides what it counts: its engine's own, a report's, files that are read at
// the end of a run, connections that come and go.
inline constexpr std::uint64_t kFilesInReserve = 64;

std::uint64_t OpenFiles();

// Raises the soft limit to the hard one, which costs nothing. First thing in main: children inherit
// it. Returns the limit that holds from then on. Beyond `ulimit -f` a write fails from then on, and
// does not end the process.
std::uint64_t RaiseFileLimit();

// Whether `files` more and the reserve fit under the limit. kResourceExhausted with the figures and
// how to raise the limit: "16 nodes x 64 connections need about …".
Result<void> RoomForFiles(std::uint64_t files, const std::string& what);

// "(ulimit -Hn 600 as root; LimitNOFILE= of a service; …)"
std::string HowToRaiseFileLimit(std::uint64_t files);

}  // namespace ringlab
