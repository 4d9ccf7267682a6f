#include "loadgen/report/series_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/log_scale.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;
using Counts = TimeSeries::Counts;
using HeatScale = LogScale<2>;

Json Column(const TimeSeries& series, std::size_t size, auto figure) {
  Json column = Json::array();
  for (std::size_t i = 0; i < size; ++i) column.push_back(figure(series.counts(i)));
  return column;
}

Json PercentileCell(const BucketCounts& buckets, double percentile, std::int64_t max) {
  if (!SupportsPercentile(CountOf(buckets), percentile)) return nullptr;
  return ValueAtPercentile(buckets, percentile, max);
}

void AddLatencies(const TimeSeries& series, std::size_t size, Json& json) {
  for (const char* name : {"response_p50_ns", "response_p90_ns", "response_p99_ns",
                           "response_max_ns", "service_p50_ns", "service_p99_ns"}) {
    json[name] = Json::array();
  }
  for (std::size_t i = 0; i < size; ++i) {
    const BucketCounts response = series.response(i);
    const BucketCounts service = series.service(i);
    const std::int64_t max = series.counts(i).response_max;
    json["response_p50_ns"].push_back(PercentileCell(response, 50, max));
    json["response_p90_ns"].push_back(PercentileCell(response, 90, max));
    json["response_p99_ns"].push_back(PercentileCell(response, 99, max));
    json["response_max_ns"].push_back(response.empty() ? Json(nullptr) : Json(max));
    json["service_p50_ns"].push_back(PercentileCell(service, 50, Histogram::kHighestTrackable));
    json["service_p99_ns"].push_back(PercentileCell(service, 99, Histogram::kHighestTrackable));
  }
}

Json LevelsJson(const TimeSeries& series, std::size_t size) {
  Json json = Json::object();
  for (std::size_t k = 0; k < kLevels; ++k) {
    Json column = Column(series, size, [k](const Counts& c) { return c.levels[k]; });
    const bool occurred = std::ranges::any_of(column, [](const Json& n) { return n != 0; });
    if (occurred) json[std::string(LevelName(static_cast<Level>(k)))] = std::move(column);
  }
  return json;
}

// Response times over time. A counter of Histogram lies in one bucket of the heat alone.
Json HeatJson(const TimeSeries& series, std::size_t size) {
  std::vector<std::vector<std::uint64_t>> rows(size);
  std::size_t first = SIZE_MAX;
  std::size_t end = 0;
  for (std::size_t i = 0; i < size; ++i) {
    for (const BucketCount& bucket : series.response(i)) {
      const std::size_t at =
          HeatScale::IndexOf(static_cast<std::uint64_t>(Histogram::LowestAt(bucket.index)));
      if (rows[i].size() <= at) rows[i].resize(at + 1);
      rows[i][at] += bucket.count;
      first = std::min(first, at);
      end = std::max(end, at + 1);
    }
  }
  Json json{{"bounds_ns", Json::array()}, {"counts", Json::array()}};
  for (std::size_t at = first; at <= end; ++at) {
    json["bounds_ns"].push_back(HeatScale::LowestAt(at));
  }
  for (std::vector<std::uint64_t>& row : rows) {
    row.resize(std::max(end, row.size()));
    json["counts"].push_back(Json::array());
    for (std::size_t at = first; at < end; ++at) json["counts"].back().push_back(row[at]);
  }
  return json;
}

}  // namespace

Json SeriesJson(const TimeSeries& series) {
  const std::size_t size = series.size();
  const double interval = Seconds(series.interval());
  Json json{{"interval_s", interval}, {"at_s", Json::array()}};
  for (std::size_t i = 0; i < size; ++i) json["at_s"].push_back(static_cast<double>(i) * interval);
  const std::pair<const char*, std::uint64_t Counts::*> columns[] = {
      {"scheduled", &Counts::scheduled},
      {"sent", &Counts::sent},
      {"ok", &Counts::ok},
      {"not_found", &Counts::not_found},
      {"failed", &Counts::failed},
      {"skipped", &Counts::skipped},
      {"late", &Counts::late}};
  for (const auto& [name, count] : columns) {
    json[name] = Column(series, size, [of = count](const Counts& c) { return c.*of; });
  }
  AddLatencies(series, size, json);
  json["length_s"] = Json::array();
  for (std::size_t i = 0; i < size; ++i) json["length_s"].push_back(Seconds(series.LengthOf(i)));
  json["levels"] = LevelsJson(series, size);
  json["heat"] = HeatJson(series, size);
  return json;
}

Json PopularityJson(const KeyPopularity& popularity) {
  Json json{{"ranks", Json::array()}, {"hottest", Json::array()}};
  for (const RankBand& band : popularity.bands) {
    json["ranks"].push_back({{"rank", band.first},
                             {"to", band.last},
                             {"expected_share", band.expected_share},
                             {"requests", band.requests}});
  }
  for (const PopularKey& hot : popularity.hottest) {
    json["hottest"].push_back({{"rank", hot.rank},
                               {"key", hot.key},
                               {"owner", hot.owner},
                               {"expected_share", hot.expected_share},
                               {"requests", hot.requests}});
  }
  return json;
}

}  // namespace ringlab
