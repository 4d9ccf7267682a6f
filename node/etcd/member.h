// EtcdMember: a node's entry in etcd, the layouts that are read, and the one that is written.
//
// Written, for the node named NAME of the service S at ADDR, where Go's clients look for it
// (go.etcd.io/etcd/client/v3/naming/endpoints):
//   key S/ADDR, value {"Op":0,"Addr":"ADDR","Metadata":null}
// Metadata is the string "name=NAME" if the name is not the address: resolvers in Go copy it into
// an address that they compare, so that it may be null or a string, but no object. Go's clients
// know a node by its address; we know it by its name, which decides its place on the ring.
//
// Read under "S/": such objects, of which Addr counts, and the name in Metadata if one is there
// (ggcache's "weight:10;version:v1.0.0" holds none); and a plain "ADDR" as value, as gaocache and
// springcache write. Whatever else is there is an error that says what was expected: entries are
// written by others, so every byte may be. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "node/live/peers.h"

namespace ringlab {

// Longer values, keys and names are refused.
inline constexpr std::size_t kEtcdValueBytesMax = 4096;
inline constexpr std::size_t kEtcdNameBytesMax = 255;

std::string EtcdKeyOf(std::string_view service, std::string_view address);
std::string EtcdValueOf(const Peer& peer);

// kInvalidArgument without the key, which the caller has.
Result<Peer> ReadEtcdValue(std::string_view value);

// `abc\x00\"…`: what others wrote, cut to a few words and fit for quotes in a line of a log.
std::string ForLog(std::string_view bytes);

}  // namespace ringlab
