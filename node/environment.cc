#include "node/environment.h"

#include <sched.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <string_view>
#include <thread>

#include "node/version.h"

namespace ringlab {

namespace {

// The text after `separator` in the first line of `file` that starts with `name`, unquoted.
std::string Field(const char* file, std::string_view name, char separator) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name)) continue;
    const std::size_t at = line.find(separator);
    if (at == std::string::npos) continue;
    std::string text = line.substr(at + 1);
    std::erase(text, '"');
    text.erase(0, text.find_first_not_of(" \t"));
    return text;
  }
  return "";
}

}  // namespace

std::map<std::string, std::string> DescribeEnvironment() {
  std::map<std::string, std::string> facts;
  facts["version"] = kVersion;
  facts["cpu"] = Field("/proc/cpuinfo", "model name", ':');
  facts["os"] = Field("/etc/os-release", "PRETTY_NAME", '=');
  utsname names{};
  if (uname(&names) == 0) {
    facts["kernel"] = std::string(names.release);
    facts["machine"] = std::string(names.machine);
  }
#if defined(__clang__)
  facts["compiler"] = std::string("clang ") + __VERSION__;
#else
  facts["compiler"] = std::string("g++ ") + __VERSION__;
#endif
#if defined(__OPTIMIZE__)
  facts["build"] = "optimised";
#else
  facts["build"] = "not optimised";
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  facts["build"] += ", with a sanitizer";
#endif
  std::erase_if(facts, [](const auto& fact) { return fact.second.empty(); });
  return facts;
}

unsigned CoresOfThisProcess() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) {
    return std::max(1U, std::thread::hardware_concurrency());
  }
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

std::string UtcNow() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

}  // namespace ringlab
