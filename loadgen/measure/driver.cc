#include "loadgen/measure/driver.h"

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/base/recycled.h"
#include "core/source/synthetic_value.h"

namespace ringlab {

namespace {

// In one go; then the scheduler's thread has its turn for other things.
constexpr int kBurstMax = 64;

constexpr std::size_t kBytesOfVersion = 8;  // smaller values cannot show one

}  // namespace

// A request, and what its transport tells of it before the answer.
struct Driver::UnderWay final : Recycled<UnderWay> {
  explicit UnderWay(const SentRequest& request) : key(request.key), sent(request) {
    sent.key = key;
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;

  std::string key;  // what `sent.key` shows
  SentRequest sent;
  CallTimes times = {};
};

Driver::Driver(DriverOptions options, PlanSlice slice, const Ring& ring, Scheduler& scheduler,
               Transport& transport, VersionLedger* ledger)
    : options_(std::move(options)),
      ring_(ring),
      scheduler_(scheduler),
      transport_(transport),
      ledger_(ledger),
      slice_(std::move(slice)),
      has_next_(slice_.Next(next_)) {}

Driver::~Driver() = default;

void Driver::Run(const Phase& phase, Function<void()> done) {
  RL_CHECK_BECAUSE(!tally_ || tally_->is_over(), "a driver runs one phase at a time");
  // What an earlier phase was stopped before sending is nobody's: not a burst at this one's start.
  while (has_next_ && next_.intended < phase.begin) has_next_ = slice_.Next(next_);
  end_.store(phase.end.count());
  reached_.store(0);
  tally_ = std::make_shared<PhaseTally>(
      PhaseTally::Options{.phase = phase,
                          .nodes = ring_.nodes().size(),
                          .in_flight_max = options_.in_flight_max,
                          .by_asked = options_.route == Route::kAny,
                          .verify = options_.verify,
                          .key_sizes = options_.key_sizes,
                          .worker = static_cast<std::uint32_t>(slice_.worker())},
      scheduler_, ledger_, std::move(done));
  scheduler_.RunAt(phase.start, [this] { SendDue(); });
}

// Sends all that is due, then sleeps until the next is. A driver that fell behind sends without a
// pause, but for what else its thread may have to do, such as writing them: every request keeps its
// intended time, and the lag is measured.
void Driver::SendDue() {
  const Phase& phase = tally_->phase();
  const auto is_within = [&] { return next_.intended.count() < end_.load(); };
  for (int burst = 0; has_next_ && is_within() && !tally_->stopped(); ++burst) {
    const TimePoint due = phase.start + (next_.intended - phase.begin);
    const TimePoint now = scheduler_.Now();
    if (burst == kBurstMax || due > now) reached_.store((next_.intended - phase.begin).count());
    if (burst == kBurstMax) return scheduler_.RunAt(now, [this] { SendDue(); });
    if (due > now) {
      // In short sleeps, so that StopSending is heeded at one request a minute too.
      constexpr Duration kSleepMax = std::chrono::milliseconds(100);
      const TimePoint next = std::max(std::min(due, now + kSleepMax), now + options_.pause_min);
      return scheduler_.RunAt(next, [this] { SendDue(); });
    }
    Send(now);
    has_next_ = slice_.Next(next_);
  }
  EndSending();
}

void Driver::Send(TimePoint now) {
  const Phase& phase = tally_->phase();
  const bool writes = next_.operation != Operation::kGet;
  key_.clear();
  AppendKey(next_, options_.key_sizes, key_);
  const NodeIndex owner = ring_.OwnerOf(key_);
  const auto in_turn = static_cast<NodeIndex>(next_.index % ring_.nodes().size());
  const SentRequest sent{
      .key_index = next_.key_index,
      .key = key_,
      .intended = phase.start + (next_.intended - phase.begin),
      .sent = now,
      .owner = owner,
      .asked = options_.route == Route::kOwner ? owner : in_turn,
      .version = writes ? static_cast<std::uint32_t>(options_.VersionOf(next_.index)) : 0,
      .operation = next_.operation};
  const AskedKeys asked{.rank = next_.rank, .keys = 1 + std::uint64_t{next_.further_keys}};
  if (!tally_->Begin(sent, asked)) return;
  const std::string& to = ring_.nodes()[sent.asked];
  switch (sent.operation) {
    case Operation::kGet: return next_.further_keys == 0 ? SendGet(to, sent) : SendBatch(to, sent);
    case Operation::kSet: return SendSet(to, sent);
    case Operation::kRemove: return SendRemove(to, sent);
  }
}

void Driver::SendGet(std::string_view to, const SentRequest& sent) {
  GetRequest request{.group = options_.group,
                     .key = key_,
                     .timed = IsTimed(next_.index, options_.timed_every),
                     .deadline = SaturatingAdd(sent.sent, options_.timeout)};
  auto under_way = std::make_unique<UnderWay>(sent);
  request.times = &under_way->times;
  auto answered = [tally = tally_,
                   under_way = std::move(under_way)](const Result<GetReply>& reply) {
    tally->Answered(under_way->sent, reply, under_way->times);
  };
  static_assert(sizeof(answered) <= kFunctionInlineBytes, "a second allocation a request");
  transport_.Get(to, request, std::move(answered));
}

void Driver::SendBatch(std::string_view to, const SentRequest& sent) {
  std::vector<std::uint64_t> indices{sent.key_index};
  slice_.FurtherKeys(next_, indices);
  std::vector<std::string> texts(indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i) {
    AppendKey(indices[i], options_.key_sizes, texts[i]);
  }
  const std::vector<std::string_view> keys(texts.begin(), texts.end());
  GetManyRequest request{.group = options_.group,
                         .keys = keys,
                         .deadline = SaturatingAdd(sent.sent, options_.timeout)};
  auto under_way = std::make_unique<UnderWay>(sent);
  request.times = &under_way->times;
  transport_.GetMany(to, request,
                     [tally = tally_, under_way = std::move(under_way),
                      indices = std::move(indices)](const std::vector<Result<GetReply>>& replies) {
                       tally->Answered(under_way->sent, indices, replies, under_way->times);
                     });
}

void Driver::SendSet(std::string_view to, const SentRequest& sent) {
  Value value;
  try {
    value = MakeSyntheticValue(key_, sent.version, SizeOfSet());
  } catch (const std::bad_alloc&) {
    Written(std::make_unique<UnderWay>(sent))(
        Fail(Code::kResourceExhausted, "loadgen has no memory for the value"));
    return;
  }
  SetRequest request{.group = options_.group,
                     .key = key_,
                     .value = value.view(),
                     .ttl = next_.ttl > Duration::zero() ? next_.ttl : options_.ttl,
                     .deadline = SaturatingAdd(sent.sent, options_.timeout)};
  auto under_way = std::make_unique<UnderWay>(sent);
  request.times = &under_way->times;
  transport_.Set(to, request, Written(std::move(under_way)));
}

// A trace's sizes are its own, but for what a value needs to show its version, and for what a node
// takes.
std::size_t Driver::SizeOfSet() const {
  if (next_.size == 0) return SyntheticSize(options_.values, key_);
  const std::uint64_t least = options_.verify ? kBytesOfVersion : 0;
  return std::clamp<std::uint64_t>(next_.size, least, options_.set_bytes_max);
}

void Driver::SendRemove(std::string_view to, const SentRequest& sent) {
  RemoveRequest request{
      .group = options_.group, .key = key_, .deadline = SaturatingAdd(sent.sent, options_.timeout)};
  auto under_way = std::make_unique<UnderWay>(sent);
  request.times = &under_way->times;
  transport_.Remove(to, request, Written(std::move(under_way)));
}

WriteCallback Driver::Written(std::unique_ptr<UnderWay> under_way) const {
  return [tally = tally_, under_way = std::move(under_way)](const Result<void>& reply) {
    tally->Written(under_way->sent, reply, under_way->times);
  };
}

void Driver::EndSending() {
  // From the moment when sending ends, the last answer may end the phase on another thread, and
  // with it the driver: nothing of `this` may be touched after that.
  const std::shared_ptr<PhaseTally> tally = tally_;
  reached_.store((tally->phase().end - tally->phase().begin).count());
  if (tally->in_flight() > 0) {
    // A transport that breaks its promise to answer by the deadline must not hang the run.
    const TimePoint now = scheduler_.Now();
    const TimePoint end = SaturatingAdd(SaturatingAdd(now, options_.timeout), kDrainSlack);
    scheduler_.RunAt(end, [tally, waited = end - now] {
      tally->GiveUp(waited, {Code::kDeadlineExceeded, "no answer, not even a late one"});
    });
  }
  tally->EndSending();
}

void Driver::StopSending() {
  if (tally_) tally_->Stop();
}

void Driver::GiveUp(Duration waited) {
  if (!tally_) return;
  tally_->GiveUp(waited, {Code::kCancelled, "the run was ended while it was under way"});
}

Totals Driver::totals() const { return tally_ ? tally_->totals() : Totals{}; }

std::uint64_t Driver::in_flight() const { return tally_ ? tally_->in_flight() : 0; }

TimeSeries::Counts Driver::counts(std::size_t interval) const { return tally_->counts(interval); }

void Driver::TakeAnswers(std::vector<TimeSeries::Answer>& answers) {
  answers.clear();
  if (tally_) tally_->TakeAnswers(answers);
}

Measurements Driver::measurements() const {
  return tally_ ? tally_->measurements() : Measurements(ring_.nodes().size());
}

}  // namespace ringlab
