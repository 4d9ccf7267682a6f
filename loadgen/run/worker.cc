#include "loadgen/run/worker.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "node/h2/engine.h"
#include "node/live/timer_thread.h"

namespace ringlab {

namespace {

// One loop, which does it all.
class LoopWorker final : public Worker {
 public:
  LoopWorker(std::shared_ptr<H2Engine> engine, std::shared_ptr<Links> links)
      : engine_(std::move(engine)), transport_(std::in_place, std::move(links)) {}
  ~LoopWorker() override { Stop(); }

  Scheduler& scheduler() override { return loop(); }
  WireTransport& transport() override { return *transport_; }
  Duration cpu_time() const override { return loop().cpu_time(); }
  std::optional<Duration> TakeLongestTurn() override { return loop().TakeLongestTurn(); }
  void Stop() override {
    transport_.reset();  // and its links, which take leave of the loop
    engine_->loops().Stop();
  }

 private:
  EventLoop& loop() const { return engine_->loops().loop(0); }

  const std::shared_ptr<H2Engine> engine_;
  std::optional<WireTransport> transport_;
};

// A thread that sends; answers come on gRPC's.
class ThreadWorker final : public Worker {
 public:
  explicit ThreadWorker(std::shared_ptr<WireTransport> transport)
      : transport_(std::move(transport)) {}
  ~ThreadWorker() override { Stop(); }

  Scheduler& scheduler() override { return thread_; }
  WireTransport& transport() override { return *transport_; }
  Duration cpu_time() const override { return thread_.cpu_time(); }
  std::optional<Duration> TakeLongestTurn() override { return std::nullopt; }
  void Stop() override {
    thread_.Stop();
    transport_->Stop();
  }

 private:
  const std::shared_ptr<WireTransport> transport_;  // all workers'
  TimerThread thread_{TimerThread::Urgency::kPacing};
};

Result<std::unique_ptr<Worker>> MakeLoopWorker(const WorkerOptions& options) {
  auto engine = H2Engine::Start(1, {.spin = options.engine.spin, .pacing = true});
  if (!engine) return tl::unexpected<Error>(std::move(engine.error()));
  const std::uint64_t own = std::max<std::uint64_t>(1, options.connections / options.workers);
  auto links = (*engine)->Connect(
      {.connections_per_peer = static_cast<int>(own), .security = options.security});
  if (!links) return tl::unexpected<Error>(std::move(links.error()));
  return std::make_unique<LoopWorker>(*std::move(engine), *std::move(links));
}

Result<std::shared_ptr<WireTransport>> MakeSharedTransport(const WorkerOptions& options) {
  const auto engine = MakeEngine(options.engine);
  if (!engine) return tl::unexpected<Error>(engine.error());
  auto links = (*engine)->Connect({.connections_per_peer = static_cast<int>(options.connections),
                                   .security = options.security});
  if (!links) return tl::unexpected<Error>(std::move(links.error()));
  return std::make_shared<WireTransport>(*std::move(links));
}

}  // namespace

Result<std::vector<std::unique_ptr<Worker>>> MakeWorkers(const WorkerOptions& options) {
  std::vector<std::unique_ptr<Worker>> workers;
  if (options.engine.name == "h2") {
    while (workers.size() < options.workers) {
      auto worker = MakeLoopWorker(options);
      if (!worker) return tl::unexpected<Error>(std::move(worker.error()));
      workers.push_back(*std::move(worker));
    }
    return workers;
  }
  const auto transport = MakeSharedTransport(options);
  if (!transport) return tl::unexpected<Error>(transport.error());
  while (workers.size() < options.workers) {
    workers.push_back(std::make_unique<ThreadWorker>(*transport));
  }
  return workers;
}

}  // namespace ringlab
