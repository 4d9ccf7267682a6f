#include "node/front/status_page.h"

#include <fmt/format.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "core/base/parse.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMembersShown = 200;

std::string Text(const Json& value) { return EscapeMarkup(value.get<std::string>()); }

// "1 234 567", with narrow spaces.
std::string Count(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (auto at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), "\u202f");
  }
  return text;
}

// As the script writes it.
std::string Bytes(double count) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; count >= 1024 && unit < 4; ++unit) count /= 1024;
  return fmt::format("{:.{}f} {}", count, unit > 0 && count < 100 ? 1 : 0, kUnits[unit]);
}

// A figure that the script keeps up to date: where it stands in /status.json.
std::string Live(const std::string& at, const char* as, const std::string& text) {
  return "<span data-at=\"" + at + "\" data-as=\"" + as + "\">" + text + "</span>";
}

std::string LiveCount(const Json& status, const std::string& at) {
  return Live(at, "count", Count(status.at(Json::json_pointer("/" + at)).get<std::uint64_t>()));
}

std::string LiveBytes(const Json& status, const std::string& at) {
  return Live(at, "bytes", Bytes(status.at(Json::json_pointer("/" + at)).get<double>()));
}

std::string Bar(const std::string& at, double value, double max, const std::string& label) {
  return fmt::format(
      "<progress aria-label=\"{}\" data-at=\"{}\" value=\"{}\" max=\"{}\"></progress>", label, at,
      value, max);
}

std::string Tile(const std::string& name, const std::string& figure) {
  return "<div><dt>" + name + "</dt><dd>" + figure + "</dd></div>";
}

std::string Tiles(const Json& status, const std::string& at, std::size_t number) {
  const Json& group = status.at(Json::json_pointer("/" + at));
  const double ratio = group.value("hit_ratio", 0.0);
  std::string tiles = "<dl class=\"tiles\">";
  tiles += Tile("Hit ratio", Live(at + "/hit_ratio", "percent",
                                  group.contains("hit_ratio") ? fmt::format("{:.1f} %", 100 * ratio)
                                                              : "\u2013"));
  tiles += Tile("Gets", LiveCount(status, at + "/gets"));
  tiles += fmt::format("<div hidden><dt>Gets now</dt><dd id=\"rate-{}\"></dd></div>", number);
  tiles += Tile("Values", LiveCount(status, at + "/memory/items"));
  tiles += Tile("Writes", LiveCount(status, at + "/writes"));
  tiles += Tile("Errors", LiveCount(status, at + "/errors"));
  return tiles + "</dl>";
}

// In the words of people; a level that has none keeps its name.
std::string Label(const std::string& level) {
  static const std::map<std::string, std::string, std::less<>> kLabels = {
      {"cache", "from memory"},
      {"hot", "from a copy of a hot key"},
      {"stale", "stale, while it is reloaded"},
      {"negative", "known to have no value"},
      {"joined", "by a load that others began"},
      {"peer", "asked of the owner"},
      {"source", "loaded from the source"},
      {"late", "found while a load began"},
      {"refused", "refused"}};
  const auto label = kLabels.find(level);
  return label == kLabels.end() ? level : label->second;
}

std::string Levels(const Json& status, const std::string& at) {
  std::string rows;
  for (const auto& [level, count] : status.at(Json::json_pointer("/" + at + "/levels")).items()) {
    rows += "<tr><td>" + Label(level) + "</td><td class=\"n\">" +
            LiveCount(status, at + "/levels/" + level) + "</td></tr>";
  }
  return "<h3>How Gets were answered</h3><table><tbody>" + rows + "</tbody></table>";
}

std::string HotKeys(const Json& group, std::size_t number) {
  std::string rows;
  for (const Json& hot : group["hot_keys"]) {
    rows += fmt::format("<tr><td><code>{}</code></td><td class=\"n\">{:.1f}</td></tr>",
                        Text(hot["key"]), hot["qps"].get<double>());
  }
  const char* hidden = rows.empty() ? " hidden" : "";
  const char* shown = rows.empty() ? "" : " hidden";
  return fmt::format(
      "<h3>Its hottest keys, as peers ask for them</h3><table id=\"hot-{}\"{}><thead><tr><th>Key"
      "</th><th class=\"n\">Requests a second</th></tr></thead><tbody>{}</tbody></table>"
      "<p id=\"cold-{}\" class=\"soft\"{}>None now.</p>",
      number, hidden, rows, number, shown);
}

std::string GroupSection(const Json& status, std::size_t number) {
  const std::string at = "groups/" + std::to_string(number);
  const Json& group = status["groups"][number];
  const Json& memory = group["memory"];
  return "<section><h2>Group " + Text(group["name"]) + "</h2>" + Tiles(status, at, number) +
         "<h3>Memory</h3>" +
         Bar(at + "/memory/used_bytes", memory["used_bytes"].get<double>(),
             memory["budget_bytes"].get<double>(), "Memory used") +
         "<p class=\"soft\">" + LiveBytes(status, at + "/memory/used_bytes") + " of " +
         Bytes(memory["budget_bytes"].get<double>()) + "; " +
         LiveCount(status, at + "/memory/evicted") + " evicted, " +
         LiveCount(status, at + "/memory/expired") + " expired</p><div class=\"two\"><div>" +
         Levels(status, at) + "</div><div>" + HotKeys(group, number) + "</div></div></section>";
}

std::string Members(const Json& members) {
  std::string rows;
  const Json& all = members["members"];
  for (std::size_t i = 0; i < all.size() && i < kMembersShown; ++i) {
    const Json& member = all[i];
    rows += fmt::format(
        "<tr><td><span class=\"dot {}\"></span>{}{}</td><td class=\"n\">{:.2f} %</td></tr>",
        ColourOf(i), Text(member["name"]),
        !member.contains("over")   ? " <span class=\"soft\">(this node)</span>"
        : member["over"] == "http" ? " <span class=\"soft\">(over HTTP)</span>"
                                   : "",
        100 * member["share"].get<double>());
  }
  std::string note;
  if (all.size() > kMembersShown) {
    note = fmt::format("<p class=\"soft\">The first {} of {}; <code>/ring</code> lists all.</p>",
                       kMembersShown, all.size());
  }
  return "<table><thead><tr><th>Node</th><th class=\"n\">Share</th></tr></thead><tbody>" + rows +
         "</tbody></table>" + note;
}

// Nobody can say who the members are; the ring is the last good one.
std::string StaleNote(const Json& members) {
  if (!members["stale"].get<bool>()) return "";
  return fmt::format(
      "<p><b class=\"away\">Stale</b>: who keeps the list of nodes has not answered for {:.0f} s"
      "</p>",
      members["stale_s"].get<double>());
}

std::string RingSection(const Json& members, const Ring& ring) {
  return fmt::format(
      "<section><h2>Ring</h2><div class=\"two\"><div>{}</div><div>{}<p class=\"soft\">{} with {} "
      "replicas; epoch {}, fingerprint <code>{}</code></p>{}</div></div></section>",
      RingDrawing(ring), Members(members), Text(members["dialect"]),
      members["replicas"].get<std::uint64_t>(), members["epoch"].get<std::uint64_t>(),
      Text(members["fingerprint"]), StaleNote(members));
}

}  // namespace

std::string EscapeMarkup(std::string_view text) {
  std::string markup;
  for (const char c : text) {
    switch (c) {
      case '&': markup += "&amp;"; break;
      case '<': markup += "&lt;"; break;
      case '>': markup += "&gt;"; break;
      case '"': markup += "&quot;"; break;
      case '\'': markup += "&#39;"; break;
      default: markup += c;
    }
  }
  return markup;
}

std::string StatusPage(const Json& status, const Json& members, const Ring& ring) {
  const bool serving = status["serving"].get<bool>();
  const std::string name = Text(status["name"]);
  std::string page = fmt::format(
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\"><title>{}: cache node</title><link "
      "rel=\"icon\" href=\"data:,\"><style>{}</style></head><body data-ring=\"{}\" "
      "data-serving=\"{}\"><h1>{}</h1><p><b class=\"{}\">{}</b> <span class=\"soft\">ringlab {}, "
      "process {}, ",
      name, kStatusStyle, Text(members["fingerprint"]), serving, name, serving ? "serving" : "away",
      serving ? "serves" : "does not serve", Text(status["version"]),
      status["process"]["pid"].get<std::uint64_t>());
  page += LiveBytes(status, "process/resident_bytes") +
          " resident</span></p><p class=\"soft\" id=\"live\">Figures since the node started.</p>";
  page += RingSection(members, ring);
  for (std::size_t i = 0; i < status["groups"].size(); ++i) page += GroupSection(status, i);
  return page + "<script>" + kStatusScript + "</script></body></html>\n";
}

std::string StatusPolicy() {
  return std::string("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-") +
         kStatusScriptHash +
         "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
         "frame-ancestors 'none'";
}

}  // namespace ringlab
