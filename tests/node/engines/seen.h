// Seen: what a server answered on a stream, and that in words.
//
// Plain data.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tests/node/h2/frames.h"

namespace ringlab::differential {

// What came on one stream.
struct Seen {
  std::map<std::string, std::string> fields;
  std::string body;
  bool ended = false;
  std::string reset;  // its code by name
};

// gRPC's percent-encoding undone.
inline std::string Decoded(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size();
    plain += escape ? static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16)) : text[i];
    if (escape) i += 2;
  }
  return plain;
}

// "200 grpc 0 (5)hello", "200 grpc 5 \"handler: …\"", "200 grpc 13 and why", "reset CANCEL", or
// "nothing". The words of a handler are told, those of an engine only that there are some.
inline std::string InWords(const Seen& seen) {
  std::string words;
  const auto field = [&](const char* name) {
    const auto found = seen.fields.find(name);
    return found == seen.fields.end() ? std::string() : found->second;
  };
  if (!seen.fields.empty()) words += field(":status");
  const std::string type = field("content-type");
  if (!seen.fields.empty() && type != "application/grpc") words += " of type \"" + type + '"';
  if (seen.fields.contains("grpc-status")) words += " grpc " + field("grpc-status");
  if (const std::string why = Decoded(field("grpc-message")); why.starts_with("handler: ")) {
    words += " \"" + why + '"';
  } else if (!why.empty()) {
    words += " and why";
  }
  for (const char* own : {"ringlab-answer", "grpc-retry-pushback-ms"}) {
    if (seen.fields.contains(own)) words += std::string(" ") + own + '=' + field(own);
  }
  if (!seen.body.empty()) {
    const std::string_view body = std::string_view(seen.body).substr(0, 200);
    const bool prefix = body.substr(0, 5) == frames::Message(body.substr(5)).substr(0, 5);
    words += prefix ? " [" + std::string(body.substr(5)) + ']'
                    : " " + std::to_string(seen.body.size()) + " bytes";
  }
  if (!seen.reset.empty()) words += " reset " + seen.reset;
  if (words.empty()) return "nothing";
  return words.starts_with(' ') ? words.substr(1) : words;
}

}  // namespace ringlab::differential
