// The header fields of a server's replies.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "node/h2/calls/server_call.h"
#include "node/h2/frames/session.h"

namespace ringlab {

// Says an error in a reply's tail. A message travels in a header field, for which peers reserve
// 8 KiB and in which a byte may take three: it is cut at 1 KiB.
void PutError(ReplyTail& tail, Code code, const std::string& message);

// gRPC's pushback, in milliseconds; at least one, for 0 would say "at once".
std::string PushbackText(Duration retry_after);

// A reply with a body, of which `call` is told as it is sent; its tail follows by SubmitTail.
void SubmitReply(H2Session& session, ServerCall& call);
void SubmitTail(H2Session& session, const ServerCall& call);

// A reply that is nothing but a tail. An HTTP status other than 200 is for who speaks no gRPC.
void SubmitTailAlone(H2Session& session, const ServerCall& call, int http_status);

}  // namespace ringlab
