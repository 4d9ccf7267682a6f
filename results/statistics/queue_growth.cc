#include "results/statistics/queue_growth.h"

#include <algorithm>

#include "results/statistics/trend.h"

namespace ringlab {

namespace {

// A series that grows throughout has a part of its growth in each quarter.
constexpr double kOfEvenGrowth = 0.25;

bool GrowsThroughout(std::span<const double> values) {
  const std::size_t quarter = values.size() / 4;
  std::array<double, 4> means{};
  for (std::size_t q = 0; q < means.size(); ++q) {
    // The quarters end where the series does.
    const auto part = values.subspan(values.size() - (means.size() - q) * quarter).first(quarter);
    for (const double value : part) means[q] += value / static_cast<double>(quarter);
  }
  const double even = (means.back() - means.front()) / 3;
  for (std::size_t q = 1; q < means.size(); ++q) {
    if (means[q] - means[q - 1] < kOfEvenGrowth * even) return false;
  }
  return even > 0;
}

std::optional<QueueGrowth> GrowthIn(std::span<const QueueSecond> stretch, std::size_t from) {
  std::vector<double> in_flight;
  std::vector<double> responses;
  double asked = 0;
  for (const QueueSecond& second : stretch) {
    if (!second.response_ns) return std::nullopt;
    in_flight.push_back(second.in_flight);
    responses.push_back(*second.response_ns);
    asked += second.asked;
  }
  const auto queue = TrendOf(in_flight);
  const auto response = TrendOf(responses);
  if (!queue || !response || !queue->rises() || !response->rises()) return std::nullopt;
  const double steps = static_cast<double>(stretch.size() - 1);
  const double left_over =
      asked > 0 ? queue->slope * static_cast<double>(stretch.size()) / asked : 0;
  if (left_over <= kLeftOverMin) return std::nullopt;
  if (!GrowsThroughout(in_flight) || !GrowsThroughout(responses)) return std::nullopt;
  const auto at = [&](const Trend& trend, double side) {
    return std::max(0.0, trend.mean + side * trend.slope * steps / 2);
  };
  return QueueGrowth{.from = from,
                     .to = from + stretch.size(),
                     .in_flight_from = at(*queue, -1),
                     .in_flight_to = at(*queue, 1),
                     .response_from_ns = at(*response, -1),
                     .response_to_ns = at(*response, 1),
                     .left_over = left_over};
}

}  // namespace

std::optional<QueueGrowth> GrowthAtEnd(std::span<const QueueSecond> seconds) {
  for (const std::size_t length : kQueueStretches) {
    if (length > seconds.size()) continue;
    const std::size_t from = seconds.size() - length;
    if (auto growth = GrowthIn(seconds.subspan(from), from)) return growth;
  }
  return std::nullopt;
}

std::optional<QueueGrowth> FirstGrowth(std::span<const QueueSecond> seconds) {
  for (std::size_t n = 1; n <= seconds.size(); ++n) {
    if (auto growth = GrowthAtEnd(seconds.first(n))) return growth;
  }
  return std::nullopt;
}

void QueueWatch::Add(const Look& look) {
  // What came until now belongs to the second in which most of it came: the one that ends.
  if (look.in_flight) {
    in_flight_sum_ += static_cast<double>(*look.in_flight);
    ++looks_;
  }
  answered_ += look.answered;
  response_sum_ns_ += look.response_sum_ns;
  const auto whole =
      static_cast<std::size_t>(std::clamp(look.at_s, 0.0, static_cast<double>(kSecondsMax)));
  if (whole > seconds_.size()) EndSeconds(whole - seconds_.size(), look.sent);
}

void QueueWatch::EndSeconds(std::size_t count, std::uint64_t sent) {
  QueueSecond second{
      .in_flight = seconds_.empty() ? 0 : seconds_.back().in_flight,
      .asked = static_cast<double>(sent - sent_before_) / static_cast<double>(count)};
  if (looks_ > 0) second.in_flight = in_flight_sum_ / static_cast<double>(looks_);
  if (answered_ > 0 && count == 1) {
    second.response_ns = response_sum_ns_ / static_cast<double>(answered_);
  }
  seconds_.insert(seconds_.end(), count, second);
  sent_before_ = sent;
  in_flight_sum_ = 0;
  looks_ = 0;
  answered_ = 0;
  response_sum_ns_ = 0;
  if (!grew_) grew_ = GrowthAtEnd(seconds_);
}

}  // namespace ringlab
