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
constexpr Duration kReadPatience = std::chrono::seconds(30);  // for all of its samples
constexpr std::size_t kScriptBytesMax = std::size_t{256} << 20;
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
  arguments.insert(arguments.end(), {"-p", Joined(processes)});
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
  if (perf_) kill(perf_->pid(), SIGINT);
  perf_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Result<std::string> CpuProfile::End(const std::string& title) {
  kill(perf_->pid(), SIGINT);
  const TimePoint give_up = TimerThread::SteadyNow() + kPerfEndPatience;
  while (!perf_->HasEnded()) {
    if (TimerThread::SteadyNow() > give_up) return CannotProfile("does not end");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  auto script = ChildProcess::Start(
      program_, {"script", "-i", folder_ + "/samples", "-F", "pid,ip,sym", "--no-inline"});
  if (!script) return tl::unexpected<Error>(std::move(script.error()));
  std::string text;
  const TimePoint read_by = TimerThread::SteadyNow() + kReadPatience;
  while (text.size() < kScriptBytesMax) {
    const auto line = (*script)->ReadLine(read_by - TimerThread::SteadyNow());
    if (!line) break;
    text += *line + '\n';
  }
  (*script)->End(Duration::zero());
  const std::vector<html::Stack> stacks = StacksOf(text, processes_);
  if (stacks.empty()) return CannotProfile("saw none of the nodes at work");
  return html::FlameGraph(stacks, title);
}

}  // namespace ringlab
