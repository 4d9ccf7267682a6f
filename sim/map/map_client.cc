#include "sim/map/map_client.h"

#include <cmath>
#include <string>
#include <utility>

#include "core/base/backoff.h"

namespace ringlab {

namespace {

constexpr std::string_view kGroup = "default";

}  // namespace

MapKeys::MapKeys(const MapSpec& spec, std::uint64_t seed) : zipf_(spec.keys, spec.zipf_s) {
  Rng rng = Rng(seed).Split("popularity");
  for (std::uint64_t key = 0; key < spec.keys; ++key) key_of_rank_.push_back(key);
  for (std::uint64_t i = spec.keys; i > 1; --i) {
    std::swap(key_of_rank_[i - 1], key_of_rank_[rng.Below(i)]);
  }
}

std::string MapKeys::OfRank(std::uint64_t rank) const {
  return "key-" + std::to_string(key_of_rank_[rank - 1]);
}

struct MapClient::Asked {
  std::string key;
  TimePoint begun{};
  std::uint32_t calls = 0;
};

MapClient::MapClient(VirtualCluster& cluster, const MapSpec& spec, double qps, bool budget,
                     std::uint64_t seed, MapSeries& series)
    : cluster_(cluster),
      qps_(qps),
      deadline_(spec.deadline),
      retries_(spec.retries),
      series_(series),
      keys_(spec, seed),
      arrivals_(Rng(seed).Split("arrivals")),
      draws_(Rng(seed).Split("keys")),
      nodes_(Rng(seed).Split("nodes")),
      waits_(Rng(seed).Split("waits")) {
  if (budget) budget_.emplace(RetryBudgetOptions(), cluster.time().Now());
}

void MapClient::Start() {
  cluster_.time().At(cluster_.time().Now(), cluster_.client_host(), [this] { SendNext(); });
}

void MapClient::SendNext() {
  if (stopped_) return;
  const TimePoint now = cluster_.time().Now();
  auto asked = std::make_shared<Asked>();
  asked->key = keys_.Draw(draws_);
  asked->begun = now;
  ++series_.At(now).asked;
  ++in_flight_;
  if (budget_) budget_->Deposit();
  Call(asked);
  const Duration wait(std::llround(1e9 / qps_ * arrivals_.Exponential()));
  cluster_.time().At(now + wait, cluster_.client_host(), [this] { SendNext(); });
}

// Of any node: clients do not know the ring.
void MapClient::Call(const std::shared_ptr<Asked>& asked) {
  const TimePoint now = cluster_.time().Now();
  const std::string& to = cluster_.names()[nodes_.Below(cluster_.names().size())];
  ++asked->calls;
  ++series_.At(now).calls;
  const GetRequest request{
      .group = kGroup, .key = asked->key, .deadline = SaturatingAdd(now, deadline_)};
  cluster_.client().Get(to, request, [this, asked](const Result<GetReply>& reply) {
    Ended(asked, reply.has_value());
  });
}

void MapClient::Ended(const std::shared_ptr<Asked>& asked, bool answered) {
  const TimePoint now = cluster_.time().Now();
  const bool again = !answered && asked->calls <= retries_ && (!budget_ || budget_->Withdraw(now));
  if (!again) {
    --in_flight_;
    if (answered) ++series_.At(asked->begun).answered;
    return;
  }
  const double longest = kMapWaitMax * static_cast<double>(deadline_.count());
  const BackoffOptions backoff{.first = Duration(static_cast<Duration::rep>(longest / 4)),
                               .longest = Duration(static_cast<Duration::rep>(longest)),
                               .factor = 2,
                               .jitter = 0.5};
  const Duration wait = BackoffWait(backoff, asked->calls - 1, waits_);
  cluster_.time().At(SaturatingAdd(now, wait), cluster_.client_host(),
                     [this, asked] { Call(asked); });
}

}  // namespace ringlab
