// The machine and the build that a result was made on, for whoever reads it later.
#pragma once

#include <map>
#include <string>

namespace ringlab {

// cpu, kernel, os, compiler, build, version; a fact that cannot be told is absent.
std::map<std::string, std::string> DescribeEnvironment();

// The time of day in UTC, ISO 8601 to the second.
std::string UtcNow();

// The cores that this process may use.
unsigned CoresOfThisProcess();

}  // namespace ringlab
