#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "results/format/report_formats.h"
#include "results/text/json_view.h"
#include "results/text/percentiles.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\\' || c == '"') quoted += '\\';
    if (c == '\n') {
      quoted += "\\n";
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

// A family of the exposition: its head, then its samples.
class Family {
 public:
  Family(std::string name, const char* type, const char* help)
      : name_("ringlab_loadgen_" + std::move(name)),
        head_("# HELP " + name_ + " " + help + "\n# TYPE " + name_ + " " + type + "\n") {}

  Family& Add(const Labels& labels, double value, const char* suffix = "") {
    samples_ += name_ + suffix;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      samples_ += (i == 0 ? "{" : ",") + labels[i].first + "=" + Quoted(labels[i].second);
    }
    samples_ += (labels.empty() ? " " : "} ") + Format("%.17g", value) + "\n";
    return *this;
  }
  Family& AddIfThere(const Labels& labels, const JsonView& figure, double unit = 1) {
    return figure.is_there() ? Add(labels, figure.number() * unit) : *this;
  }

  // Nothing when there is no sample.
  std::string Text() const { return samples_.empty() ? "" : head_ + samples_; }

 private:
  std::string name_;
  std::string head_;
  std::string samples_;
};

constexpr double kSecondsPerNs = 1e-9;  // in seconds

std::string LatencyLines(const JsonView& run, const Percentiles& percentiles) {
  Family latency("latency_seconds", "summary",
                 "Latency of answered requests: response from the planned start, service from the "
                 "sending; of all that were sent send_lag between; of failed ones failed, like "
                 "response.");
  Family max("latency_max_seconds", "gauge", "The longest latency.");
  Family clamped("latency_clamped", "gauge", "Of these, how many were longer, and count as 60 s.");
  const auto add = [&](const std::string& name, const JsonView& h) {
    const Labels labels{{"latency", name}};
    for (const Percentile& p : percentiles) {
      latency.AddIfThere({{"latency", name}, {"quantile", Format("%.10g", p.value / 100)}},
                         h[p.key], kSecondsPerNs);
    }
    const double count = h["count"].number();
    latency.Add(labels, h["mean"].number() * count * kSecondsPerNs, "_sum");
    latency.Add(labels, count, "_count");
    max.AddIfThere(labels, h["max"], kSecondsPerNs);
    clamped.AddIfThere(labels, h["clamped"]);
  };
  for (const std::string& name : run["latency_ns"].names()) add(name, run["latency_ns"][name]);
  if (run["latency_failed_ns"].is_there()) add("failed", run["latency_failed_ns"]);
  return latency.Text() + max.Text() + clamped.Text();
}

std::string NodeLines(const JsonView& run) {
  Family requests("node_requests", "gauge", "Requests for keys that the node owns.");
  Family asked("node_asked_requests", "gauge",
               "Requests that the node was asked, whoever owns the key, by what came of them.");
  Family times("node_asked_response_seconds", "summary",
               "Response times of the answered requests that the node was asked.");
  Family share("node_share_ratio", "gauge",
               "The node's share: arc of the ring, expected by popularity, measured of requests.");
  for (const JsonView& node : run["balance"]["nodes"].items()) {
    const std::string name = node["name"].text();
    requests.Add({{"node", name}}, node["requests"].number());
    if (const JsonView of = node["asked"]; of.is_there()) {
      const double failed = of["failed"].number();
      asked.Add({{"node", name}, {"outcome", "answered"}}, of["requests"].number() - failed);
      asked.Add({{"node", name}, {"outcome", "failed"}}, failed);
      times.AddIfThere({{"node", name}, {"quantile", "0.5"}}, of["p50_ns"], kSecondsPerNs);
      times.AddIfThere({{"node", name}, {"quantile", "0.99"}}, of["p99_ns"], kSecondsPerNs);
      times.Add({{"node", name}}, of["requests"].number() - failed, "_count");
    }
    for (const char* of : {"arc", "expected", "measured"}) {
      share.AddIfThere({{"node", name}, {"share", of}}, node[of + std::string("_share")]);
    }
  }
  return requests.Text() + share.Text() + asked.Text() + times.Text();
}

}  // namespace

std::string ResultPrometheus(const nlohmann::ordered_json& result) {
  const JsonView run(result);
  const JsonView t = run["totals"];
  std::string text = Family("run_info", "gauge", "What was run, and the verdict on it.")
                         .Add({{"verdict", run["verdict"].text()},
                               {"plan_hash", run["config"]["plan_hash"].text()},
                               {"ring", run["config"]["ring"].text()},
                               {"version", run["environment"]["version"].text()}},
                              1)
                         .Text();
  text += Family("run_valid", "gauge", "1 when the figures can be trusted and are good enough.")
              .Add({}, run["verdict"].text() == "VALID" ? 1 : 0)
              .Text();
  Family requests("requests", "gauge", "Requests of the run by what came of them.");
  for (const char* outcome : {"skipped", "ok", "not_found", "errors", "timeouts"}) {
    requests.Add({{"outcome", outcome}}, t[outcome].number());
  }
  text += requests.Text();
  text += Family("wrong_values", "gauge", "Values that their key was never given.")
              .Add({}, t["wrong_values"].number())
              .Text();
  text += Family("request_rate", "gauge", "Requests a second: asked for, and sent.")
              .Add({{"rate", "requested"}}, run["config"]["requested_qps"].number())
              .Add({{"rate", "achieved"}}, t["achieved_qps"].number())
              .Text();
  text += Family("elapsed_seconds", "gauge", "How long was measured.")
              .Add({}, t["elapsed_s"].number())
              .Text();
  text += LatencyLines(run, PercentilesOf(result)) + NodeLines(run);
  Family keys("level_keys", "gauge", "Keys of gets by who answered.");
  for (const std::string& level : run["levels"].names()) {
    keys.Add({{"level", level}}, run["levels"][level]["keys"].number());
  }
  text += keys.Text();
  text += Family("hit_ratio", "gauge", "Gets that a cache answered, over all.")
              .AddIfThere({}, run["cache"]["hit_ratio"])
              .Text();
  return text + Family("peak_to_mean_ratio", "gauge", "The busiest node's requests over the mean.")
                    .AddIfThere({}, run["balance"]["peak_to_mean"])
                    .Text();
}

}  // namespace ringlab
