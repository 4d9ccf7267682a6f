#include "sim/virtual/origin.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <iterator>
#include <vector>

#include "core/source/synthetic_value.h"

namespace ringlab {

// Counts for as long as it lives: a process that ends takes its loads with it.
struct Origin::OneLoad {
  OneLoad(Origin& its_origin, VirtualHost& its_host, std::string its_key)
      : origin(its_origin), host(its_host), key(std::move(its_key)), began(its_origin.time_.Now()) {
    origin.Began(host, key);
  }
  ~OneLoad() { origin.Ended(host, key, began); }
  OneLoad(const OneLoad&) = delete;
  OneLoad& operator=(const OneLoad&) = delete;

  Origin& origin;
  VirtualHost& host;
  const std::string key;
  const TimePoint began;
};

// A load that waits for a server.
struct Origin::Waiting {
  HostSource* source;
  std::unique_ptr<OneLoad> load;
  LoadCallback done;
  bool fails;
};

// A server at work: free again when it has answered, or when whoever asked has died.
struct Origin::Busy {
  explicit Busy(Origin& its_origin) : origin(its_origin) { ++origin.busy_; }
  ~Busy() {
    --origin.busy_;
    origin.ServeNext();
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

  Origin& origin;
};

class Origin::HostSource final : public Source {
 public:
  HostSource(Origin& origin, VirtualHost& host, Scheduler& scheduler)
      : origin_(origin), host_(host), scheduler_(scheduler) {}

  // What waits for the process that ends is forgotten.
  ~HostSource() override {
    const auto others = std::stable_partition(
        origin_.queue_.begin(), origin_.queue_.end(),
        [this](const std::unique_ptr<Waiting>& waiting) { return waiting->source != this; });
    const std::vector<std::unique_ptr<Waiting>> its(std::make_move_iterator(others),
                                                    std::make_move_iterator(origin_.queue_.end()));
    origin_.queue_.erase(others, origin_.queue_.end());
  }

  void Load(std::string_view key, LoadCallback done) override {
    auto load = std::make_unique<OneLoad>(origin_, host_, std::string(key));
    if (origin_.law_.hangs) return Hang(std::move(load), std::move(done));
    const bool fails = origin_.rng_.Uniform() < origin_.law_.error;
    if (origin_.law_.latency <= Duration::zero()) {
      const Result<Value> answer = origin_.Answer(load->key, fails);
      load.reset();
      return done(answer);
    }
    if (origin_.law_.servers > 0) {
      origin_.queue_.push_back(std::make_unique<Waiting>(Waiting{
          .source = this, .load = std::move(load), .done = std::move(done), .fails = fails}));
      return origin_.ServeNext();
    }
    const Duration wait = origin_.DrawTime(scheduler_.Now());
    scheduler_.RunAt(SaturatingAdd(scheduler_.Now(), wait),
                     [this, fails, load = std::move(load), done = std::move(done)]() mutable {
                       const Result<Value> answer = origin_.Answer(load->key, fails);
                       load.reset();
                       done(answer);
                     });
  }

  // Its turn has come.
  void Serve(std::unique_ptr<Waiting> waiting) {
    const TimePoint now = scheduler_.Now();
    auto busy = std::make_unique<Busy>(origin_);
    scheduler_.RunAt(SaturatingAdd(now, origin_.DrawTime(now)),
                     [this, busy = std::move(busy), waiting = std::move(waiting)]() mutable {
                       const Result<Value> answer =
                           origin_.Answer(waiting->load->key, waiting->fails);
                       waiting->load.reset();
                       busy.reset();
                       waiting->done(answer);
                     });
  }

 private:
  // It looks again now and then whether the hanging is over.
  void Hang(std::unique_ptr<OneLoad> load, LoadCallback done) {
    constexpr Duration kLookAgain = std::chrono::milliseconds(50);
    scheduler_.RunAt(scheduler_.Now() + kLookAgain,
                     [this, load = std::move(load), done = std::move(done)]() mutable {
                       if (origin_.law_.hangs) return Hang(std::move(load), std::move(done));
                       load.reset();
                       done(Fail(Code::kUnavailable, "the source hung"));
                     });
  }

  Origin& origin_;
  VirtualHost& host_;
  Scheduler& scheduler_;
};

Origin::Origin(VirtualTime& time, std::uint64_t seed, OriginLaw law)
    : time_(time), law_(law), rng_(Rng(seed).Split("origin")) {}

Origin::~Origin() = default;

Duration Origin::DrawTime(TimePoint now) {
  const double mean = static_cast<double>(law_.latency.count());
  const Duration wait(std::llround(mean * (0.5 + rng_.Exponential() / 2)));
  loads_.Add(now, wait);
  return wait;
}

// A process that ends drops what it is given at once, and so frees its server within this.
void Origin::ServeNext() {
  if (serving_) return;
  serving_ = true;
  while (!queue_.empty() && (law_.servers == 0 || busy_ < law_.servers)) {
    std::unique_ptr<Waiting> next = std::move(queue_.front());
    queue_.pop_front();
    HostSource* const source = next->source;
    source->Serve(std::move(next));
  }
  serving_ = false;
}

std::unique_ptr<Source> Origin::SourceOf(VirtualHost& host, Scheduler& scheduler) {
  return std::make_unique<HostSource>(*this, host, scheduler);
}

void Origin::Began(const VirtualHost& host, std::string_view key) {
  ++asked_;
  const TimePoint now = time_.Now();
  std::multiset<TimePoint>& loads = under_way_[{host.id, std::string(key)}];
  loads.insert(now);
  const auto waited_for = [&](TimePoint began) { return now - began < patience_; };
  const auto count =
      static_cast<std::size_t>(std::count_if(loads.begin(), loads.end(), waited_for));
  if (count > most_.loads) most_ = {count, host.name, std::string(key)};
}

void Origin::Ended(const VirtualHost& host, const std::string& key, TimePoint began) {
  const auto found = under_way_.find({host.id, key});
  found->second.erase(found->second.find(began));
  if (found->second.empty()) under_way_.erase(found);
}

Result<Value> Origin::Answer(std::string_view key, bool fails) const {
  if (fails) return Fail(Code::kUnavailable, "the source failed, as it was told to");
  if (!SyntheticExists(law_.values, key)) {
    return Fail(Code::kNotFound, "no value for " + std::string(key));
  }
  return MakeSyntheticValue(key, law_.values.version, SyntheticSize(law_.values, key));
}

}  // namespace ringlab
