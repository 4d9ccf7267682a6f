#include "node/daemon/grpc_log.h"

#include <grpc/support/log.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdint>

#include "node/live/timer_thread.h"

namespace ringlab {

namespace {

constexpr Duration kPause = std::chrono::seconds(10);

std::atomic<TimePoint> next_line{TimePoint::min()};
std::atomic<std::uint64_t> left_out{0};

void Tell(gpr_log_func_args* said) {
  if (said->severity != GPR_LOG_SEVERITY_ERROR) return spdlog::debug("gRPC: {}", said->message);
  const TimePoint now = TimerThread::SteadyNow();
  TimePoint next = next_line.load();
  if (now < next || !next_line.compare_exchange_strong(next, now + kPause)) {
    left_out.fetch_add(1);
    return;
  }
  const std::uint64_t more = left_out.exchange(0);
  if (more == 0) return spdlog::warn("gRPC: {}", said->message);
  spdlog::warn("gRPC: {} (and {} more lines since the last)", said->message, more);
}

}  // namespace

void LogGrpcToo() { gpr_set_log_function(&Tell); }

}  // namespace ringlab
