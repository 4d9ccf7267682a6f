// The wire: core's words to protobuf bytes and back. Nothing else in node knows both.
//
// Decoding takes whatever bytes come: what is not a message is kInvalidArgument from a caller and
// kInternal from a peer, never a crash.
#pragma once

#include <string>
#include <string_view>

#include "core/node_stats.h"
#include "core/types.h"
#include "proto/cache.pb.h"

namespace ringlab {

inline constexpr std::string_view kServiceName = "groupcachepb.GroupCache";
inline constexpr std::string_view kGetName = "Get";
inline constexpr std::string_view kStatsName = "Stats";

std::string EncodeGetRequest(const GetRequest& request);

// The request's views point into `message`, which the caller keeps for as long as it uses them.
Result<GetRequest> DecodeGetRequest(std::string_view bytes, groupcachepb::GetRequest& message);

std::string EncodeGetReply(const GetReply& reply);
Result<GetReply> DecodeGetReply(std::string_view bytes);

std::string EncodeStats(const NodeStats& stats);
Result<NodeStats> DecodeStats(std::string_view bytes);

}  // namespace ringlab
