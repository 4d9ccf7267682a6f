// LiveGround: nodes on this machine, that share one timer thread, one wire engine and its links.
#pragma once

#include <memory>
#include <string>

#include "node/engines/engines.h"
#include "node/live/timer_thread.h"
#include "sim/loopback/files.h"
#include "sim/loopback/ground.h"

namespace ringlab {

class LiveGround final : public Ground {
 public:
  // Errors: the engine's.
  static Result<std::unique_ptr<LiveGround>> Create(const EngineSpec& engine = {}) {
    auto runtime = MakeRuntime(engine);
    if (!runtime) return tl::unexpected<Error>(std::move(runtime.error()));
    return std::unique_ptr<LiveGround>(new LiveGround(*std::move(runtime)));
  }

  Result<std::shared_ptr<NodeRuntime>> RuntimeOf(const std::string&) override { return runtime_; }
  std::shared_ptr<Links> links() override { return runtime_->links; }
  Scheduler& client_timer() override { return client_timer_; }
  TimePoint Now() const override { return TimerThread::SteadyNow(); }
  bool Await(Gate& gate, Duration patience) override { return gate.WaitFor(patience); }
  void As(const std::string&, const std::function<void()>& act) override { act(); }
  void Ending(const std::string&, Duration) override {}  // it takes its grace itself
  void Ended(const std::string&) override {}
  void EndClient() override { client_timer_.Stop(); }
  Result<void> Reserve(std::uint64_t nodes) override { return ReserveFiles(nodes); }

 private:
  explicit LiveGround(std::shared_ptr<NodeRuntime> runtime) : runtime_(std::move(runtime)) {}

  const std::shared_ptr<NodeRuntime> runtime_;
  TimerThread client_timer_{TimerThread::Urgency::kPacing};
};

}  // namespace ringlab
