#include "loadgen/plan/trace_plan.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/base/check.h"
#include "core/base/hash.h"

namespace ringlab {

namespace {

constexpr Duration kWholeSecond = std::chrono::seconds(1);
constexpr std::uint64_t kTraceKeySeed = 0;

// 146 years: above what a trace can tell by itself, and far enough from what a Duration can hold.
constexpr Duration kTraceLongest{std::int64_t{1} << 62};

}  // namespace

std::optional<std::uint64_t> PlannedKeyIndex(std::string_view key) {
  constexpr std::string_view kPrefix = "key-";
  if (!key.starts_with(kPrefix)) return std::nullopt;
  const std::string_view digits = key.substr(kPrefix.size());
  if (digits.empty() || (digits.front() == '0' && digits.size() > 1)) return std::nullopt;
  std::uint64_t index = 0;
  const char* const end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, index);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return index;
}

TracePlan::TracePlan(const TracePlan& other) : options_(other.options_) {
  RL_CHECK_BECAUSE(!other.begun_, "a trace's plan is copied at its beginning");
}

bool TracePlan::Failed(const TraceReader& reader) {
  error_ = reader.error();
  return false;
}

bool TracePlan::Begin() {
  begun_ = true;
  auto reader = OpenTrace(options_.file, options_.format);
  if (!reader) {
    error_ = std::move(reader).error();
    return false;
  }
  reader_ = *std::move(reader);
  if (options_.own_times && !reader_->has_times()) {
    error_ = {Code::kInvalidArgument, options_.file + ": has no times; expected a rate for it"};
    return false;
  }
  if (!TakeRecord()) {
    if (!error_)
      error_ = {Code::kInvalidArgument, options_.file + ": expected one request or more"};
    return false;
  }
  origin_ = record_.time / kWholeSecond * kWholeSecond;
  if (!options_.own_times || reader_->tick() == Duration::zero()) return true;
  auto ahead = OpenTrace(options_.file, options_.format);
  if (!ahead) {
    error_ = std::move(ahead).error();
    return false;
  }
  ahead_ = *std::move(ahead);
  ahead_has_ = ahead_->Next(ahead_record_) == TraceStep::kRecord;
  CountGroup();
  return true;
}

bool TracePlan::TakeRecord() {
  switch (reader_->Next(record_)) {
    case TraceStep::kRecord: break;
    case TraceStep::kEnd: return false;
    case TraceStep::kError: return Failed(*reader_);
  }
  left_ = record_.count;
  return true;
}

bool TracePlan::Next(Request& request) {
  if (!begun_ && !Begin()) return false;
  if (error_ || reader_ == nullptr) return false;
  if (left_ == 0 && !TakeRecord()) return false;
  --left_;
  request.op = record_.op;
  request.size = record_.size;
  request.ttl = Scaled(std::chrono::seconds(record_.ttl_s));
  request.key = record_.key;
  request.key_index = record_.id;
  if (!record_.key.empty()) {
    const auto index = PlannedKeyIndex(record_.key);
    request.key_index = index ? *index : HashXx64(record_.key, kTraceKeySeed);
    if (index) request.key = {};
  }
  request.intended = Scaled(record_.time - origin_ + Spread());
  if (request.intended < kTraceLongest) return true;
  error_ = {Code::kOutOfRange, options_.file + ": has a request that is due after more than 146 " +
                                   "years; expected a higher speed="};
  return false;
}

Duration TracePlan::Scaled(Duration time) const {
  if (options_.speed == 1 || !options_.own_times) return time;
  const double scaled = std::floor(static_cast<double>(time.count()) / options_.speed);
  if (scaled >= static_cast<double>(kTraceLongest.count())) return kTraceLongest;
  return Duration(static_cast<std::int64_t>(scaled));
}

// How far behind its whole second the request is due: the k-th of n at (k + 1/2) / n of the span.
Duration TracePlan::Spread() {
  if (ahead_ == nullptr) return {};
  if (group_given_ == group_size_) CountGroup();
  const double part =
      (static_cast<double>(group_given_++) + 0.5) / static_cast<double>(group_size_);
  return Duration(static_cast<std::int64_t>(part * static_cast<double>(group_span_.count())));
}

// What it cannot read the plan's own reader stumbles over as well, and tells.
void TracePlan::CountGroup() {
  group_given_ = 0;
  group_size_ = 0;
  group_time_ = ahead_record_.time;
  while (ahead_has_ && ahead_record_.time == group_time_) {
    group_size_ += ahead_record_.count;
    ahead_has_ = ahead_->Next(ahead_record_) == TraceStep::kRecord;
  }
  group_size_ = std::max<std::uint64_t>(1, group_size_);
  group_span_ =
      ahead_has_ ? std::min(kWholeSecond, ahead_record_.time - group_time_) : kWholeSecond;
}

}  // namespace ringlab
