#include "node/live/environment.h"

#include <gnu/libc-version.h>
#include <sched.h>
#include <sys/utsname.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string_view>
#include <thread>

#include "core/base/parse.h"
#include "core/base/read_stream.h"
#include "node/live/version.h"

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

std::string TextOf(const char* file) {
  std::ifstream in(file);
  return ReadStream(in).value_or("");
}

std::string FirstLineOf(const char* file) {
  std::string line;
  std::ifstream in(file);
  std::getline(in, line);
  return line;
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
  facts["flags"] = kCompilerFlags;
  facts["grpc"] = kGrpcVersion;
  facts["protobuf"] = kProtobufVersion;
  facts["zlib"] = zlibVersion();
  facts["libc"] = std::string("glibc ") + gnu_get_libc_version();
  facts["governor"] = FirstLineOf("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  std::erase_if(facts, [](const auto& fact) { return fact.second.empty(); });
  return facts;
}

CpuTimes CpuTimesOfMachine() { return ParseCpuTimes(TextOf("/proc/stat")); }

// "cpu  USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ STEAL GUEST GUEST_NICE": the last two are in the
// first two already.
CpuTimes ParseCpuTimes(std::string_view text) {
  constexpr std::string_view kAll = "cpu ";
  constexpr std::size_t kSteal = 7;
  CpuTimes times;
  if (!text.starts_with(kAll)) return times;
  text = text.substr(kAll.size(), text.find('\n') - kAll.size());
  std::size_t field = 0;
  for (const std::string_view word : SplitAt(text, ' ')) {
    const auto ticks = ParseCount(word);
    if (!ticks) continue;  // two spaces stand after "cpu"
    if (field <= kSteal) times.all += *ticks;
    if (field++ == kSteal) times.steal = *ticks;
  }
  return field > kSteal ? times : CpuTimes{};
}

std::optional<double> StealShare(const CpuTimes& before, const CpuTimes& after) {
  if (before.all == 0 || after.all <= before.all || after.steal < before.steal) return std::nullopt;
  return static_cast<double>(after.steal - before.steal) /
         static_cast<double>(after.all - before.all);
}

unsigned CoresOfThisProcess() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) {
    return std::max(1U, std::thread::hardware_concurrency());
  }
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

std::string CpusOfThisProcess() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return "";
  std::string text;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &set)) continue;
    int last = cpu;
    while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, &set)) ++last;
    text += (text.empty() ? "" : ",") + std::to_string(cpu);
    if (last > cpu) text += "-" + std::to_string(last);
    cpu = last;
  }
  return text;
}

std::string HostName() {
  utsname names{};
  return uname(&names) == 0 ? names.nodename : "";
}

std::string UtcNow() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

double SecondsSince1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace ringlab
