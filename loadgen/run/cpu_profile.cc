#include "loadgen/run/cpu_profile.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/read_stream.h"
#include "loadgen/run/perf_script.h"
#include "node/live/timer_thread.h"

namespace ringlab {

namespace {

constexpr Duration kPerfStartPatience = std::chrono::seconds(5);
constexpr Duration kPerfEndPatience = std::chrono::seconds(20);
// A prime of seconds' parts, so that it is in step with nothing. Stacks by their saved bytes: the
// libraries keep no frame pointers.
const std::vector<std::string> kSample{"-F", "97", "--call-graph", "dwarf,4096", "-e", "cpu-clock"};

std::string Joined(const std::map<int, std::string>& processes) {
  std::string pids;
  for (const auto& [pid, name] : processes) {
    pids += (pids.empty() ? "" : ",") + std::to_string(pid);
  }
  return pids;
}

bool HasBuffers(pid_t perf) {
  std::ifstream maps("/proc/" + std::to_string(perf) + "/maps");
  const auto text = ReadStream(maps);
  return text && text->find("[perf_event]") != std::string::npos;
}

tl::unexpected<Error> CannotProfile(const std::string& why) {
  return Fail(Code::kUnavailable, "--profile-cpu: perf " + why);
}

}  // namespace

Result<std::string> CpuProfile::FindPerf() {
  const char* const path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const std::string program = std::string(rest.substr(0, colon)) + "/perf";
    std::error_code ignored;
    const bool is_file = std::filesystem::is_regular_file(program, ignored);
    if (is_file && access(program.c_str(), X_OK) == 0) return program;
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return Fail(Code::kUnavailable,
              "there is no perf in PATH; expected Linux' perf, such as Debian's package "
              "linux-perf");
}

Result<std::unique_ptr<CpuProfile>> CpuProfile::Begin(const std::map<int, std::string>& processes) {
  auto program = FindPerf();
  if (!program) return tl::unexpected<Error>(std::move(program.error()));
  std::string folder = (std::filesystem::temp_directory_path() / "ringlab-perf-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return CannotProfile("has no folder for its samples");
  std::unique_ptr<CpuProfile> profile(new CpuProfile(*program, processes, folder));
  std::vector<std::string> arguments{"record", "-q", "-o", folder + "/samples"};
  arguments.insert(arguments.end(), kSample.begin(), kSample.end());
  arguments.insert(arguments.end(),
                   {"--max-size", std::to_string(kSampleBytesMax) + "B", "-p", Joined(processes)});
  auto perf = ChildProcess::Start(*program, arguments);
  if (!perf) return CannotProfile("cannot be started: " + perf.error().message);
  profile->perf_ = *std::move(perf);
  // It samples once it has the kernel's buffers; who may not have them ends at once.
  const TimePoint give_up = TimerThread::SteadyNow() + kPerfStartPatience;
  while (!HasBuffers(profile->perf_->pid())) {
    if (profile->perf_->HasEnded()) return CannotProfile(profile->perf_->HowItEnded());
    if (TimerThread::SteadyNow() > give_up) return CannotProfile("did not begin");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return profile;
}

CpuProfile::~CpuProfile() {
  Stop();
  perf_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

// A process that has ended is not signalled: its number may be another one's by now.
void CpuProfile::Stop() {
  if (!perf_ || is_stopped_) return;
  is_stopped_ = true;
  is_cut_ = perf_->HasEnded();
  if (is_cut_) return;
  kill(perf_->pid(), SIGINT);
  const TimePoint give_up = TimerThread::SteadyNow() + kPerfEndPatience;
  while (!perf_->HasEnded() && TimerThread::SteadyNow() < give_up) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

Result<std::string> CpuProfile::Draw(const std::string& title, Duration patience) {
  if (!perf_->HasEnded()) return CannotProfile("does not end");
  auto script = ChildProcess::Start(
      program_, {"script", "-i", folder_ + "/samples", "-F", "pid,ip,sym,dso", "--no-inline"});
  if (!script) return tl::unexpected<Error>(std::move(script.error()));
  PerfStacks stacks(processes_);
  const TimePoint give_up = TimerThread::SteadyNow() + patience;
  auto line = (*script)->ReadLine(patience);
  for (; line; line = (*script)->ReadLine(give_up - TimerThread::SteadyNow())) stacks.Take(*line);
  const bool is_read = line.error().code != Code::kDeadlineExceeded;
  (*script)->End(Duration::zero());
  const std::vector<html::Stack> seen = stacks.Stacks();
  if (seen.empty()) return CannotProfile("saw none of the nodes at work");
  return html::FlameGraph(seen, title + (is_read && !is_cut_ ? "" : " (of the first samples)"));
}

}  // namespace ringlab
