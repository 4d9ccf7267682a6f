// Dialects: the methods that the reference systems call each other by, as rows beside our own, so
// that their clients can be pointed at our nodes.
//
//   geecachepb.GroupCache          Get                     geecache, TinyCacheByGo
//   gaocachepb.PeanutCache         Get                     gaocache as its text says
//   gaocachepb.Gaocache            Get                     gaocache as its code registers it
//   peanutcachepb.PeanutCache      Get                     peanutcache
//   springcachepb.SpringCache      Get, Set                springcache
//   galaxycachepb.GalaxyCache      GetFromPeer, PeekPeer   galaxycache
//
// groupcachepb.GroupCache is ours (node/wire/cache_service.h). Programs in Go answer an error as
// UNKNOWN with a text of their own, and so do these rows; what no reference system can say, that a
// node is overloaded or a deadline has passed, keeps its code. The messages stand in
// proto/dialects.
#pragma once

#include "node/wire/door.h"
#include "node/wire/method_table.h"

namespace ringlab {

MethodTable DialectMethods(const Door& door);

}  // namespace ringlab
