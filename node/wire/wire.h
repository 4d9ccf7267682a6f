// The wire: core's words to protobuf bytes and back. Nothing else in node knows both. The messages
// of a Get are written and read by hand (node/wire/wire_get.cc), the others by protobuf.
//
// Decoding takes whatever bytes come: what is not a message is kInvalidArgument from a caller and
// kInternal from a peer, never a crash.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/group/node_stats.h"
#include "core/types.h"
#include "proto/cache.pb.h"

namespace ringlab {

struct Answer;

inline constexpr std::string_view kServiceName = "groupcachepb.GroupCache";
inline constexpr std::string_view kGetName = "Get";
inline constexpr std::string_view kGetManyName = "GetMany";
inline constexpr std::string_view kPeekName = "Peek";
inline constexpr std::string_view kSetName = "Set";
inline constexpr std::string_view kRemoveName = "Remove";
inline constexpr std::string_view kAnnounceName = "Announce";
inline constexpr std::string_view kStatsName = "Stats";

// protobuf writes a line to stderr for bytes that are no message; then callers could flood the log.
// Who sent them is told in any case. For the whole process; more calls do nothing.
void KeepParsersQuiet();

std::string EncodeGetRequest(const GetRequest& request);

// The request's views point into `bytes`. Whether the caller asks how it was answered goes to
// `explain`, which is left alone otherwise.
Result<GetRequest> DecodeGetRequest(std::string_view bytes, bool* explain = nullptr);

// With how it was answered and how long that took, for a caller who asked in the request.
std::string EncodeGetReply(const GetReply& reply, const Answer* answer = nullptr,
                           const AnswerTimes* times = nullptr);
Result<GetReply> DecodeGetReply(std::string_view bytes);

// A peek is asked for by a GetRequest.
std::string EncodePeekReply(const PeekReply& reply);
Result<PeekReply> DecodePeekReply(std::string_view bytes);

// The request's views point into `message`, and so do those of the other requests: the caller keeps
// it for as long as it uses them. A reply has as many results as there were keys, or it is an
// error.
std::string EncodeGetManyRequest(const GetManyRequest& request);
Result<GetManyRequest> DecodeGetManyRequest(std::string_view bytes,
                                            groupcachepb::GetManyRequest& message,
                                            std::vector<std::string_view>& keys);
std::string EncodeGetManyReply(const std::vector<Result<GetReply>>& replies);
Result<std::vector<Result<GetReply>>> DecodeGetManyReply(std::string_view bytes, std::size_t keys);

// An absolute expiry becomes a time to live by the given time of day; negative when it has passed.
std::string EncodeSetRequest(const SetRequest& request);
Result<SetRequest> DecodeSetRequest(std::string_view bytes, std::int64_t unix_now_ns,
                                    groupcachepb::SetRequest& message);

std::string EncodeRemoveRequest(const RemoveRequest& request);
Result<RemoveRequest> DecodeRemoveRequest(std::string_view bytes,
                                          groupcachepb::RemoveRequest& message);

// A node that serves, or is about to leave; or that asks. It owns its bytes: announcements are
// rare.
struct Announcement {
  std::string name;
  bool leaving = false;
  Duration unheard{};   // above 0: was it off the receiver's ring at any moment since?
  bool missed = false;  // the receiver was off the sender's ring until now
};
std::string EncodeAnnouncement(const Announcement& announcement);
Result<Announcement> DecodeAnnouncement(std::string_view bytes);

std::string EncodeStats(const NodeStats& stats);
Result<NodeStats> DecodeStats(std::string_view bytes);

}  // namespace ringlab
