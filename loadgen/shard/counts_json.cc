#include "loadgen/shard/counts_json.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/check.h"
#include "results/hdr/v2.h"
#include "results/text/json_fit.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

// An empty object for an empty histogram.
Json ExactJson(const Histogram& h) {
  if (h.count() == 0) return Json::object();
  return {{"hdr_v2", EncodeHdr(h)},
          {"mean_ns", h.mean()},
          {"min_ns", h.min()},
          {"max_ns", h.max()},
          {"beyond", h.beyond()}};
}

Json BucketsText(const BucketCounts& buckets) {
  HdrHistogram histogram(HdrLayout::OfRinglab());
  for (const BucketCount& bucket : buckets) {
    RL_CHECK(histogram.Append(static_cast<std::uint32_t>(bucket.index), bucket.count));
  }
  return buckets.empty() ? Json("") : Json(EncodeHdr(histogram));
}

Json OwnersJson(const std::vector<OwnerMeasurements>& owners) {
  Json json = Json::array();
  for (const OwnerMeasurements& of : owners) json.push_back(ExactJson(of.response));
  return json;
}

// Of the phases of a profile.
Json PartsJson(const RunResult& run) {
  Json json = Json::array();
  for (const PhaseResult& phase : run.phases) {
    const Latencies& latencies = phase.measured.latencies;
    json.push_back({{"response", ExactJson(latencies.response)},
                    {"service", ExactJson(latencies.service)},
                    {"send_lag", ExactJson(latencies.send_lag)},
                    {"failed", ExactJson(latencies.failed)}});
  }
  return json;
}

Json IntervalsJson(const RunResult& run) {
  const TimeSeries& series = run.measured.series;
  Json json{{"service", Json::array()}};
  for (std::size_t at = 0; at < series.size(); ++at) {
    json["service"].push_back(BucketsText(series.service(at)));
    for (std::size_t i = 0; i < kOperations; ++i) {
      const auto operation = static_cast<Operation>(i);
      if (run.measured.of(operation).requests == 0) continue;
      json[std::string(OperationName(operation))].push_back(
          BucketsText(series.response(at, operation)));
    }
  }
  return json;
}

}  // namespace

void AddShardCounts(const RunResult& run, Json& json) {
  RL_CHECK(run.shard.has_value());
  const Measurements& m = run.measured;
  Json counts{{"response", ExactJson(m.latencies.response)},
              {"service", ExactJson(m.latencies.service)},
              {"send_lag", ExactJson(m.latencies.send_lag)},
              {"failed", ExactJson(m.latencies.failed)},
              {"staleness", ExactJson(m.staleness.age)},
              {"operations", Json::object()},
              {"levels", Json::object()},
              {"owners", OwnersJson(m.owners)},
              {"asked", OwnersJson(m.asked)},
              {"phases", PartsJson(run)},
              {"intervals", IntervalsJson(run)},
              {"problems", run.problems}};
  for (std::size_t i = 0; i < kOperations; ++i) {
    counts["operations"][std::string(OperationName(static_cast<Operation>(i)))] =
        ExactJson(m.operations[i].service);
  }
  for (std::size_t i = 0; i < kLevels; ++i) {
    counts["levels"][std::string(LevelName(static_cast<Level>(i)))] = ExactJson(m.levels[i]);
  }
  if (m.has_error()) {
    counts["first_error"] = {{"code", CodeName(m.first_error.code)},
                             {"message", m.first_error.message}};
  }
  MakeFitToPrint(counts);
  json["shard"]["counts"] = std::move(counts);
}

}  // namespace ringlab
