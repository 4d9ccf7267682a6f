// Trace: which distributed trace a request is part of, in the words of W3C's Trace Context
// (https://www.w3.org/TR/trace-context/).
//
// A node makes no spans of its own. It hands what came with a request to the nodes that it asks in
// its place, unchanged, as the recommendation wants of those who only pass on; so whoever traces
// the callers finds the same trace in every node's request log. Immutable, and shared between
// threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace ringlab {

struct TraceContext {
  std::string parent;  // "00-<trace id>-<parent id>-<flags>"
  std::string state;   // "vendor=value,...", or ""

  std::string_view trace_id() const { return std::string_view(parent).substr(3, 32); }
};

using Trace = std::shared_ptr<const TraceContext>;  // null: of none

// The names of the two, as header fields and as metadata.
inline constexpr const char* kTraceParent = "traceparent";
inline constexpr const char* kTraceState = "tracestate";

// What came with a request, whatever its bytes. Null when `parent` is no traceparent. A `state`
// that cannot be, or is longer than the 512 bytes that everybody passes on, is left out.
Trace ReadTrace(std::string_view parent, std::string_view state);

}  // namespace ringlab
