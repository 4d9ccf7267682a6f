#include "results/html/page.h"

#include <array>
#include <nlohmann/json.hpp>

#include "results/html/draw/markup.h"
#include "results/html/draw/page_look.h"
#include "results/html/draw/scale.h"
#include "results/text/json_fields.h"

namespace ringlab::html {

namespace {

// The policy of the page, before anything that it governs.
std::string Head(const std::string& title, const std::string& more_policy = "") {
  const std::string policy = std::string("default-src 'none'; style-src 'unsafe-inline'; ") +
                             "script-src '" + kPageScriptHash + "'; base-uri 'none'" + more_policy;
  return "<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"" +
         policy +
         "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n" +
         Element("title", {}, Escape(title)) + "\n<style>\n" + kPageStyle + "</style>\n</head>\n";
}

std::string Links(const Report& report) {
  std::string links;
  for (const Section& section : report.sections) {
    if (section.body.empty()) continue;
    links += Element("a", {{"href", "#" + section.id}}, Escape(section.title));
  }
  return links;
}

std::string Contents(const std::string& links) {
  return Element("nav", {{"aria-label", "On this page"}}, links);
}

std::string Top(const Report& report) {
  return Element("h1", {}, Escape(report.title)) + report.banner;
}

std::string Sections(const Report& report) {
  std::string sections;
  for (const Section& section : report.sections) {
    if (section.body.empty()) continue;
    sections += Element("section", {{"id", section.id}},
                        Element("h2", {}, Escape(section.title)) + section.body) +
                '\n';
  }
  return sections;
}

constexpr const char* kWideTables =
    "Tables that are wider than the screen scroll sideways: a shadow at their edge says that there "
    "is more.";

std::string Script() { return std::string("<script>") + kPageScript + "</script>\n"; }

// The largest parts first, until the rest is short enough; which they were.
std::vector<std::string> MakeShort(Json& result) {
  constexpr std::array<std::array<const char*, 2>, 8> kHeavy{{{"series", "heat"},
                                                              {"series", ""},
                                                              {"histograms", ""},
                                                              {"samples", ""},
                                                              {"rings", ""},
                                                              {"loopback", "nodes"},
                                                              {"balance", "nodes"},
                                                              {"popularity", ""}}};
  std::vector<std::string> left_out;
  for (const auto& [section, part] : kHeavy) {
    if (ScriptSafe(result).size() <= kEmbeddedBytesMax) break;
    const std::string name(part);
    const auto found = result.is_object() ? result.find(section) : result.end();
    if (!result.is_object() || found == result.end()) continue;
    if (name.empty()) {
      result.erase(found);
      left_out.emplace_back(section);
    } else if (found->is_object() && found->erase(name) > 0) {
      left_out.push_back(section + ("." + name));
    }
  }
  if (ScriptSafe(result).size() > kEmbeddedBytesMax) {
    result = Json::object();
    left_out = {"everything"};
  }
  return left_out;
}

std::string Embedded(const Json& whole) {
  Json result = whole;
  const std::vector<std::string> left_out = MakeShort(result);
  std::string note =
      "This page holds the result that it was drawn from, as the JSON that --json writes. ";
  if (!left_out.empty()) {
    note += "To stay small, the copy leaves out ";
    for (std::size_t i = 0; i < left_out.size(); ++i) note += (i > 0 ? ", " : "") + left_out[i];
    note += "; the file that --json wrote has it all. ";
  }
  return "<section id=\"raw\"><h2>Raw result</h2>" + Paragraph(note) +
         "<p class=\"script\"><button type=\"button\" id=\"save\">Save the JSON</button></p>"
         "<noscript><p>Without scripts: view the source of this page; the result is in the element "
         "\"result\".</p></noscript>"
         "<script type=\"application/json\" id=\"result\">" +
         ScriptSafe(result) + "</script></section>\n";
}

}  // namespace

std::string PageMarkup(const Report& report, const nlohmann::ordered_json& result) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n" + Head(report.title) + "<body>\n<header>" +
         Top(report) + "</header>\n" + Contents(Links(report)) +
         Paragraph(kWideTables, "soft narrow") + "\n<main>\n" + Sections(report) +
         Embedded(result) + "</main>\n" + Script() + "</body>\n</html>\n";
}

std::string LivePageMarkup(const std::string& title, const std::string& events) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n" + Head(title, "; connect-src 'self'") +
         "<body data-events=\"" + Escape(events) + "\">\n<header>" +
         Element("h1", {}, Escape(title)) + Paragraph("Waiting for the first figures.") +
         "</header>\n" + Contents("") + Paragraph(kWideTables, "soft narrow") +
         "\n<main></main>\n" +
         "<noscript><p>This page follows a run by its script.</p></noscript>\n" + Script() +
         "</body>\n</html>\n";
}

std::string LiveUpdate(const Report& report) {
  return Json{{"title", report.title},
              {"header", Top(report)},
              {"nav", Links(report)},
              {"main", Sections(report)}}
      .dump();
}

std::string Paragraph(const std::string& text, const std::string& kind) {
  if (kind.empty()) return Element("p", {}, Escape(text));
  return Element("p", {{"class", kind}}, Escape(text));
}

std::string Heading(const std::string& text) { return Element("h3", {}, Escape(text)); }

std::string Folded(const std::string& summary, const std::string& markup) {
  return Element("details", {}, Element("summary", {}, Escape(summary)) + markup);
}

}  // namespace ringlab::html
