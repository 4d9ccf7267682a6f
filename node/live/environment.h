// The machine and the build that a result was made on, for whoever reads it later.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ringlab {

// cpu, kernel, os, compiler, flags, build, version, libraries (as `grpc`, `protobuf`, `zlib`,
// `libc`), the governor of the CPU's frequency; a fact that cannot be told is absent.
std::map<std::string, std::string> DescribeEnvironment();

// The machine's CPU time since it started, in ticks, and what of it the host gave to others while
// this machine wanted it.
struct CpuTimes {
  std::uint64_t all = 0;
  std::uint64_t steal = 0;
};
CpuTimes CpuTimesOfMachine();  // zeros when it does not tell

// `text` is /proc/stat's.
CpuTimes ParseCpuTimes(std::string_view text);

// Of the time between the two; absent when they do not tell.
std::optional<double> StealShare(const CpuTimes& before, const CpuTimes& after);

// The time of day in UTC, ISO 8601 to the second; and as a number.
std::string UtcNow();
double SecondsSince1970();

// The cores that this process may use; and which they are, by their numbers: "0-3,8". "" when the
// system does not tell.
unsigned CoresOfThisProcess();
std::string CpusOfThisProcess();

// As uname(2) tells it; "" when it does not.
std::string HostName();

}  // namespace ringlab
