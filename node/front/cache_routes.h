// CacheRoutes: the rows by which a node is a cache over HTTP, in the words of the reference
// systems.
//
//   GET  /api?key=K[&group=G]        the value, application/octet-stream; any failure is 500 with
//                                    the error's text, as in all of them
//   GET  /api/get?key=K              "value=V\n" (springcache)
//   POST /api/set  key value expire hot    "done\n": a form; expire in minutes, 0 or none for the
//                                    group's default, up to 4321; hot true, false or none
//   GET  /_groupcache/GROUP/KEY      for peers (golang/groupcache): a GetResponse message,
//   GET  /_geecache/GROUP/KEY        application/x-protobuf there, octet-stream here
//   (TinyCacheByGo)
//
// A peer's request has taken its hop: it is answered here and never forwarded. "+" is a space
// everywhere, in peers' paths too, because groupcache's clients escape so. Without `group` it is
// the group "default" if there is one, else the first by name. Where the reference systems say
// nothing the status says what happened: 400 not a form, 404 no such group, 503 too much work, with
// Retry-After. Every error names its code in Ringlab-Code.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.h"
#include "node/http/routes.h"
#include "node/http/text.h"
#include "node/wire/door.h"

namespace ringlab {

// What the door leads to must outlive the rows and every request.
std::vector<HttpRoute> CacheRoutes(const Door& door);

// What a peer asks, and what it is told: HttpTransport's other side. `base` is what the path begins
// with. kInvalidArgument, "bad request" among them, for a path or a field that cannot be read.
struct PeerQuestion {
  PeerPath path;
  std::string origin;
  std::uint64_t ring_fingerprint = 0;
  TimePoint deadline = kNever;
  Trace trace = {};

  GetRequest request() const {  // views into this
    return {.group = path.group,
            .key = path.key,
            .hop = Hop::kPeer,
            .deadline = deadline,
            .origin = origin,
            .ring_fingerprint = ring_fingerprint,
            .trace = trace};
  }
};
Result<PeerQuestion> ReadPeerQuestion(const HttpRequest& request, std::string_view base);
HttpReply PeerReply(const Result<GetReply>& reply, const char* type);

}  // namespace ringlab
