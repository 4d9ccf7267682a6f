#include "sim/virtual/swarm_client.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/base/parse.h"
#include "core/source/synthetic_value.h"

namespace ringlab {

namespace {

constexpr std::string_view kGroup = "default";

// The client's own clock and its link's are one: an answer that is later was held up nowhere.
constexpr Duration kDeadlineSlack = std::chrono::milliseconds(1);

}  // namespace

// A request under way, with the bytes that it views.
struct SwarmClient::Sent {
  std::vector<std::uint64_t> keys;
  std::string to;
  TimePoint at{};
  TimePoint deadline{};
  bool ended = false;
};

SwarmClient::SwarmClient(VirtualCluster& cluster, History& history, const SwarmPlan& plan,
                         Broken broken)
    : cluster_(cluster),
      history_(history),
      load_(plan.load),
      requests_max_(plan.requests_max.value_or(std::numeric_limits<std::uint64_t>::max())),
      broken_(std::move(broken)),
      rng_(Rng(plan.seed).Split("load")),
      herds_(Rng(plan.seed).Split("herd")),
      zipf_(plan.load.keys, plan.load.zipf_s),
      version_(plan.origin.values.version) {
  // Which keys are hot is drawn as well: they should not all have one owner.
  for (std::uint64_t key = 0; key < load_.keys; ++key) key_of_rank_.push_back(key);
  for (std::uint64_t i = load_.keys; i > 1; --i) {
    std::swap(key_of_rank_[i - 1], key_of_rank_[rng_.Below(i)]);
  }
}

void SwarmClient::Run(TimePoint until, std::function<void()> each) {
  until_ = until;
  each_ = std::move(each);
  cluster_.time().At(cluster_.time().Now(), cluster_.client_host(), [this] { SendNext(); });
}

void SwarmClient::AskAll() {
  constexpr std::uint64_t kKeys = 64;
  std::uint64_t key = load_.keys;
  for (const std::string& name : cluster_.names()) {
    for (std::uint64_t i = 0; i < kKeys; ++i) {
      auto sent = std::make_shared<Sent>();
      sent->keys.push_back(key++);
      sent->to = name;
      cluster_.time().At(cluster_.time().Now(), cluster_.client_host(), [this, sent] {
        sent->at = cluster_.time().Now();
        sent->deadline = SaturatingAdd(sent->at, load_.timeout);
        ++counts_.sent;
        ++counts_.in_flight;
        Get(sent);
      });
    }
  }
}

std::uint64_t SwarmClient::IndexOf(const std::string& key) {
  return ParseCount(std::string_view(key).substr(KeyOf(0).size() - 1)).value_or(0);
}

std::uint64_t SwarmClient::DrawKey() { return key_of_rank_[zipf_(rng_) - 1]; }

// The draws of one operation are the same whatever happened before.
void SwarmClient::SendNext() {
  const TimePoint now = cluster_.time().Now();
  if (now >= until_ || counts_.sent >= requests_max_) return;
  each_();
  auto sent = std::make_shared<Sent>();
  sent->at = now;
  sent->deadline = SaturatingAdd(now, load_.timeout);
  sent->to = Reachable(rng_.Below(cluster_.names().size()));
  sent->keys.push_back(DrawKey());
  const double kind = rng_.Uniform();
  const Duration wait(std::llround(1e9 / load_.qps * rng_.Exponential()));
  ++counts_.sent;
  ++counts_.in_flight;
  if (kind < load_.sets) {
    Set(std::move(sent));
  } else if (kind < load_.sets + load_.removes) {
    Remove(std::move(sent));
  } else if (kind < load_.sets + load_.removes + load_.batches) {
    while (sent->keys.size() < load_.batch) sent->keys.push_back(DrawKey());
    GetMany(std::move(sent));
  } else {
    if (herds_.Uniform() < load_.herds) AskOthers(*sent);
    Get(std::move(sent));
  }
  cluster_.time().At(now + wait, cluster_.client_host(), [this] { SendNext(); });
}

void SwarmClient::AskOthers(const Sent& one) {
  for (std::size_t node = 0; node < cluster_.names().size(); ++node) {
    const std::string to = Reachable(node);
    if (to == one.to || counts_.sent >= requests_max_) continue;
    auto sent = std::make_shared<Sent>(one);
    sent->to = to;
    ++counts_.sent;
    ++counts_.in_flight;
    Get(std::move(sent));
  }
}

// Whoever asks while nobody is silent and the source answers waits no longer, however the nodes see
// the ring: peer work waits on a source alone. So for two loads, a dozen ways there and back with
// their connections, work, and what a former owner is waited for.
Duration SwarmClient::Soon() const {
  return std::chrono::milliseconds(60) + 2 * cluster_.origin().LongestLoad() +
         16 * cluster_.network().LongestWay();
}

// Where etcd keeps the list a node may live and wait to join: its health checks say so, and callers
// ask the next one.
std::string SwarmClient::Reachable(std::size_t node) const {
  const std::vector<std::string>& names = cluster_.names();
  if (cluster_.etcd() == nullptr) return names[node];
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[(node + i) % names.size()];
    const Node* const living = cluster_.node(name);
    if (living == nullptr || living->serving()) return name;
  }
  return names[node];
}

// False when it had been answered before.
bool SwarmClient::End(Sent& sent, bool answered) {
  const TimePoint now = cluster_.time().Now();
  if (std::exchange(sent.ended, true)) {
    broken_("answered-once", "a call to " + sent.to + " was answered twice");
    return false;
  }
  --counts_.in_flight;
  ++(answered ? counts_.answered : counts_.failed);
  if (now > sent.deadline + kDeadlineSlack) {
    broken_("deadline", "a call to " + sent.to + " was answered " +
                            FormatDuration(now - sent.deadline) + " after its deadline");
  }
  if (now - sent.at > Soon() && !history_.Any(Trouble::Kind::kSilence, sent.at, now) &&
      !history_.Any(Trouble::Kind::kSource, sent.at, now)) {
    broken_("soon", "a call to " + sent.to + " took " + FormatDuration(now - sent.at) +
                        " while nobody was silent; at most " + FormatDuration(Soon()));
  }
  return true;
}

void SwarmClient::Judge(const Sent& sent, std::uint64_t key, const Result<GetReply>& reply) {
  if (!reply && reply.error().code != Code::kNotFound) return;
  History::Read read{.key = key, .sent = sent.at, .done = cluster_.time().Now(), .by = sent.to};
  if (reply) {
    read.level = reply->level;
    const auto version = SyntheticVersion(KeyOf(key), reply->value.view());
    if (!version) {
      broken_("value", sent.to + " answered " + KeyOf(key) + " with bytes that are not its own");
      return;
    }
    read.version = *version;
  } else {
    read.level = Level::kNegative;
  }
  ++counts_.compared;
  if (const auto wrong = history_.Judge(read)) {
    broken_("history", sent.to + ", asked for " + KeyOf(key) + ": " + *wrong);
  }
}

void SwarmClient::Get(std::shared_ptr<Sent> sent) {
  const std::string key = KeyOf(sent->keys.front());
  const std::string to = sent->to;
  const GetRequest request{.group = kGroup, .key = key, .deadline = sent->deadline};
  cluster_.client().Get(to, request, [this, sent = std::move(sent)](const Result<GetReply>& reply) {
    if (!End(*sent, reply || reply.error().code == Code::kNotFound)) return;
    Judge(*sent, sent->keys.front(), reply);
  });
}

void SwarmClient::GetMany(std::shared_ptr<Sent> sent) {
  std::vector<std::string> texts;
  for (const std::uint64_t key : sent->keys) texts.push_back(KeyOf(key));
  const std::vector<std::string_view> keys(texts.begin(), texts.end());
  const std::string to = sent->to;
  const GetManyRequest request{.group = kGroup, .keys = keys, .deadline = sent->deadline};
  cluster_.client().GetMany(
      to, request, [this, sent = std::move(sent)](const std::vector<Result<GetReply>>& replies) {
        if (!End(*sent, std::any_of(replies.begin(), replies.end(),
                                    [](const auto& reply) { return reply.has_value(); }))) {
          return;
        }
        if (replies.size() != sent->keys.size()) {
          broken_("batch", "a batch of " + std::to_string(sent->keys.size()) + " keys had " +
                               std::to_string(replies.size()) + " answers");
          return;
        }
        for (std::size_t i = 0; i < replies.size(); ++i) Judge(*sent, sent->keys[i], replies[i]);
      });
}

WriteCallback SwarmClient::Written(std::shared_ptr<Sent> sent, std::size_t write) {
  return [this, sent = std::move(sent), write](const Result<void>& done) {
    if (!End(*sent, done.has_value())) return;
    history_.Answered(sent->keys.front(), write, cluster_.time().Now(), done.has_value());
  };
}

void SwarmClient::Set(std::shared_ptr<Sent> sent) {
  const std::uint64_t index = sent->keys.front();
  const std::string key = KeyOf(index);
  const std::string to = sent->to;
  const bool has_ttl = rng_.Uniform() < load_.with_ttl;
  const bool hot = rng_.Uniform() < load_.hot_sets;
  const std::uint64_t version = ++version_;
  const Value value = MakeSyntheticValue(key, version, load_.value_bytes);
  const SetRequest request{.group = kGroup,
                           .key = key,
                           .value = value.view(),
                           .ttl = has_ttl ? load_.ttl : Duration::zero(),
                           .hot = hot,
                           .deadline = sent->deadline};
  const std::size_t write =
      history_.Sent(index, {.version = version, .ttl = request.ttl, .sent = sent->at});
  cluster_.client().Set(to, request, Written(std::move(sent), write));
}

void SwarmClient::Remove(std::shared_ptr<Sent> sent) {
  const std::uint64_t index = sent->keys.front();
  const std::string key = KeyOf(index);
  const std::string to = sent->to;
  const RemoveRequest request{.group = kGroup, .key = key, .deadline = sent->deadline};
  const std::size_t write =
      history_.Sent(index, {.version = ++version_, .is_remove = true, .sent = sent->at});
  cluster_.client().Remove(to, request, Written(std::move(sent), write));
}

}  // namespace ringlab
