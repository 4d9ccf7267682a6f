// ResultHtml: a stored result as a page that people look at, keep and send: results/html/page.h.
//
// Of loadgen, sim, the gate ("gate") and series over commits ("history": results/html/pages.h), and
// of any JSON at all: sections whose figures are missing or of another type are left out. Pure: the
// same result gives the same bytes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace ringlab {

// `baseline`, an older result of the same tool, is drawn beside it; null for none.
std::string ResultHtml(const nlohmann::ordered_json& result,
                       const nlohmann::ordered_json* baseline = nullptr);

// A page that follows a run of loadgen, and what it is drawn from at one moment: the data of a
// server-sent event (results/html/page.h).
std::string LiveHtml(const std::string& title, const std::string& events);
std::string LiveHtmlUpdate(const nlohmann::ordered_json& result);

}  // namespace ringlab
