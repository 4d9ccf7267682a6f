// StatusPage: a node as one HTML page: its ring drawn, shares, hit ratios, levels, hot keys.
//
// Needs nothing but itself, and is whole without its script, which only asks for /status.json every
// two seconds and puts new figures where old ones stand. Readable in the dark and on a narrow
// screen. Pure: the same node state gives the same bytes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/ring/ring.h"

namespace ringlab {

// From what node/front/node_figures.h gives, and the ring that was taken from.
std::string StatusPage(const nlohmann::ordered_json& status, const nlohmann::ordered_json& members,
                       const Ring& ring);

// The Content-Security-Policy to send with it: its own script by hash, and figures from its node.
std::string StatusPolicy();

// The parts. Arcs are drawn up to a bound, beyond it each node's share in one piece; the caption
// says so.
std::string RingDrawing(const Ring& ring);
std::string EscapeMarkup(std::string_view text);

inline constexpr std::size_t kColours = 8;  // of nodes: "c1" to "c8", "c0" for those beyond
std::string ColourOf(std::size_t node);

extern const char* const kStatusStyle;
extern const char* const kStatusScript;
extern const char* const kStatusScriptHash;  // SHA-256, base64

}  // namespace ringlab
