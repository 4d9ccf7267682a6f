// Page: a report as one HTML file that needs nothing but itself.
//
// No reference leaves it, and its policy (Content-Security-Policy) forbids the browser any, and any
// script but ours. Readable without the script, on paper, in the dark and on a narrow screen. Pure;
// the same report gives the same bytes.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace ringlab::html {

// A report may be sent by mail; and of a result that is longer than this, the page says what it
// leaves out.
inline constexpr std::size_t kEmbeddedBytesMax = 300'000;

struct Section {
  std::string id;     // unique on the page, and without spaces
  std::string title;  // text
  std::string body;   // markup
};

struct Report {
  std::string title;              // text, also of the browser's tab
  std::string banner;             // markup: the verdict
  std::vector<Section> sections;  // in this order; those with an empty body are left out
};

// `result` is embedded as JSON, with a button that saves it.
std::string PageMarkup(const Report& report, const nlohmann::ordered_json& result);

// A page of the same look that follows something that goes on: it is empty, and drawn anew by each
// event of `events`, the URL of a stream of server-sent events (an event "last" ends it). Its
// policy allows the browser that stream beside the script. Their data is a report's LiveUpdate.
std::string LivePageMarkup(const std::string& title, const std::string& events);
std::string LiveUpdate(const Report& report);  // one line of JSON

// "How to read it", and other sentences. Escaped here.
std::string Paragraph(const std::string& text, const std::string& kind = "");
std::string Heading(const std::string& text);  // within a section

// Markup behind a line that opens it.
std::string Folded(const std::string& summary, const std::string& markup);

}  // namespace ringlab::html
