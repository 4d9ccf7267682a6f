#include "sim/map/map_spec.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/parse.h"
#include "results/text/text_format.h"
#include "sim/map/map_parts.h"

namespace ringlab {

namespace {

constexpr std::string_view kLoads = "0.3,0.5,0.7,0.8,0.9";
constexpr std::string_view kShocks = "flush:1,flush:half,flush:all,slow:10x@10s";
constexpr std::string_view kDefences = "none,retries,admission,stale,hot,all";

std::optional<Error> ReadCluster(const MapParts& parts, MapSpec& spec) {
  using std::chrono::hours;
  using std::chrono::microseconds;
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  constexpr std::uint64_t kServersMax = 1000;
  MapPartReader reader(parts);
  reader.Count("nodes", 1, 64, spec.nodes)
      .Count("keys", 10, 1'000'000, spec.keys)
      .Amount("zipf", 0, 20, spec.zipf_s)
      .Span("ttl", seconds(1), hours(1), spec.ttl)
      .Span("work", microseconds(1), seconds(1), spec.work)
      .Span("deadline", milliseconds(1), seconds(60), spec.deadline)
      .Count("retries", 0, 10, spec.retries)
      .Span("horizon", seconds(1), hours(1), spec.horizon)
      .Span("hold", seconds(1), hours(1), spec.hold)
      .Read("source", [&](std::string_view text) -> std::string {
        const auto [servers, time] = SplitOnce(text, 'x');
        const auto count = ParseCount(servers);
        const auto span = ParseDuration(time);
        if (!count || !span || *count < 1 || *count > kServersMax || *span < microseconds(1) ||
            *span > seconds(60)) {
          return "SERVERSxTIME, such as 4x25ms: 1 to " + std::to_string(kServersMax) +
                 " loads at a time, of 1us to 60s each";
        }
        spec.source_servers = static_cast<std::uint32_t>(*count);
        spec.source_time = *span;
        return "";
      });
  return reader.wrong();
}

Result<MapShock> ParseShock(std::string_view text, std::uint64_t nodes) {
  const auto refuse = [&] {
    return RefuseMapPart(
        "shock", text,
        "flush:N of " + Plural(nodes, "node") +
            ", flush:half, flush:all, or slow:FACTORx@TIME such as slow:10x@5s, of "
            "1x to 1000x and 1s to 1h");
  };
  MapShock shock{.text = std::string(text)};
  const auto [kind, value] = SplitOnce(text, ':');
  if (kind == "flush") {
    const auto count = value == "half"  ? Result<std::uint64_t>((nodes + 1) / 2)
                       : value == "all" ? Result<std::uint64_t>(nodes)
                                        : ParseCount(value);
    if (!count || *count < 1 || *count > nodes) return refuse();
    shock.nodes = *count;
    return shock;
  }
  if (kind != "slow") return refuse();
  shock.kind = MapShock::Kind::kSlow;
  const auto [factor_text, length_text] = SplitOnce(value, '@');
  if (!factor_text.ends_with('x')) return refuse();
  const auto factor = ParseNumber(factor_text.substr(0, factor_text.size() - 1));
  const auto length = ParseDuration(length_text);
  if (!factor || !length || *factor < 1 || *factor > 1000 || *length < std::chrono::seconds(1) ||
      *length > std::chrono::hours(1)) {
    return refuse();
  }
  shock.factor = *factor;
  shock.length = *length;
  return shock;
}

Result<MapDefence> ParseDefence(std::string_view text) {
  MapDefence defence{.text = std::string(text)};
  if (text == "none") return defence;
  if (text == "all") {
    defence.retries = defence.admission = defence.stale = defence.hot = true;
    return defence;
  }
  for (const std::string_view name : SplitAt(text, '+')) {
    bool* const on = name == "retries"     ? &defence.retries
                     : name == "admission" ? &defence.admission
                     : name == "stale"     ? &defence.stale
                     : name == "hot"       ? &defence.hot
                                           : nullptr;
    if (on == nullptr || *on) {
      return RefuseMapPart("defence", text,
                           "none, all, or retries, admission, stale, hot with + between them, each "
                           "once");
    }
    *on = true;
  }
  return defence;
}

Result<double> ParseLoad(std::string_view text) {
  const auto load = ParseNumber(text);
  if (load && *load >= 0.01 && *load <= 2) return *load;
  return RefuseMapPart("load", text, "numbers from 0.01 to 2, such as 0.5,0.7");
}

// Values with commas between them, none twice.
template <class T, class Parse>
Result<std::vector<T>> ParseList(std::string_view name, std::string_view text, std::size_t most,
                                 Parse parse) {
  std::vector<T> values;
  std::vector<std::string_view> texts = SplitAt(text, ',');
  if (texts.size() > most) {
    return RefuseMapPart(name, text, "at most " + std::to_string(most) + " values");
  }
  for (const std::string_view one : texts) {
    auto value = parse(one);
    if (!value) return tl::unexpected<Error>(value.error());
    if (std::count(texts.begin(), texts.end(), one) > 1) {
      return RefuseMapPart(name, text, std::string(one) + " once");
    }
    values.push_back(*std::move(value));
  }
  return values;
}

std::string TextOf(const std::vector<double>& loads) {
  std::string text;
  for (const double load : loads) text += (text.empty() ? "" : ",") + Format("%.10g", load);
  return text;
}

template <class Named>
std::string NamesText(const std::vector<Named>& named) {
  std::string text;
  for (const Named& one : named) text += (text.empty() ? "" : ",") + one.text;
  return text;
}

// Exact, for the parser: "25000000ns" would be none.
std::string SpanText(Duration span) {
  const std::int64_t us = span.count() / 1000;
  if (us % 1'000'000 == 0) return std::to_string(us / 1'000'000) + "s";
  if (us % 1000 == 0) return std::to_string(us / 1000) + "ms";
  return Format("%.10gus", static_cast<double>(span.count()) / 1e3);
}

}  // namespace

Result<MapSpec> ParseMapSpec(std::string_view text) {
  const auto parts = SplitMapParts(text);
  if (!parts) return tl::unexpected<Error>(parts.error());
  MapSpec spec;
  if (const auto wrong = ReadCluster(*parts, spec)) return tl::unexpected<Error>(*wrong);
  if (spec.hold > spec.horizon) {
    return RefuseMapPart("hold", parts->ValueOr("hold", SpanText(spec.hold)),
                         "no more than horizon=" + SpanText(spec.horizon));
  }
  auto loads = ParseList<double>("load", parts->ValueOr("load", kLoads), kMapLoadsMax, ParseLoad);
  if (!loads) return tl::unexpected<Error>(loads.error());
  auto shocks =
      ParseList<MapShock>("shock", parts->ValueOr("shock", kShocks), kMapShocksMax,
                          [&](std::string_view one) { return ParseShock(one, spec.nodes); });
  if (!shocks) return tl::unexpected<Error>(shocks.error());
  auto defences = ParseList<MapDefence>("defence", parts->ValueOr("defence", kDefences),
                                        kMapDefencesMax, ParseDefence);
  if (!defences) return tl::unexpected<Error>(defences.error());
  spec.loads = *std::move(loads);
  std::sort(spec.loads.begin(), spec.loads.end());
  spec.shocks = *std::move(shocks);
  spec.defences = *std::move(defences);
  return spec;
}

std::string ToText(const MapSpec& s) {
  return "load=" + TextOf(s.loads) + ";shock=" + NamesText(s.shocks) +
         ";defence=" + NamesText(s.defences) + ";nodes=" + std::to_string(s.nodes) +
         ";keys=" + std::to_string(s.keys) + ";zipf=" + Format("%.10g", s.zipf_s) +
         ";ttl=" + SpanText(s.ttl) + ";source=" + std::to_string(s.source_servers) + "x" +
         SpanText(s.source_time) + ";work=" + SpanText(s.work) +
         ";deadline=" + SpanText(s.deadline) + ";retries=" + std::to_string(s.retries) +
         ";horizon=" + SpanText(s.horizon) + ";hold=" + SpanText(s.hold);
}

MapCell CellOf(const MapSpec& spec, std::uint64_t index) {
  const std::uint64_t loads = spec.loads.size();
  const std::uint64_t of_defence = loads * spec.shocks.size();
  return {.load = spec.loads[index % loads],
          .shock = spec.shocks[index % of_defence / loads],
          .defence = spec.defences[index / of_defence]};
}

Duration PatienceOf(const MapSpec& spec) {
  const double calls = 1 + static_cast<double>(spec.retries);
  const double waits = kMapWaitMax * static_cast<double>(spec.retries);
  return Duration(
      static_cast<Duration::rep>(static_cast<double>(spec.deadline.count()) * (calls + waits)));
}

}  // namespace ringlab
