// The calls to etcd that we make, as bytes: protobuf is known here alone.
//
// Encoders and decoders of plain data (node/etcd/types.h). Pure. A decoder takes any bytes:
// what is no message of the kind is kInternal, and says which kind was expected.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "node/etcd/types.h"

namespace ringlab {

inline constexpr std::string_view kEtcdRange = "/etcdserverpb.KV/Range";
inline constexpr std::string_view kEtcdPut = "/etcdserverpb.KV/Put";
inline constexpr std::string_view kEtcdWatch = "/etcdserverpb.Watch/Watch";
inline constexpr std::string_view kEtcdGrant = "/etcdserverpb.Lease/LeaseGrant";
inline constexpr std::string_view kEtcdRevoke = "/etcdserverpb.Lease/LeaseRevoke";
inline constexpr std::string_view kEtcdKeepAlive = "/etcdserverpb.Lease/LeaseKeepAlive";
inline constexpr std::string_view kEtcdAuthenticate = "/etcdserverpb.Auth/Authenticate";

std::string EncodeEtcdList(std::string_view prefix, std::int64_t limit);
std::string EncodeEtcdPut(std::string_view key, std::string_view value, std::int64_t lease);
std::string EncodeEtcdWatch(std::string_view prefix, std::int64_t from_revision);
std::string EncodeEtcdGrant(Duration ttl);  // whole seconds, rounded up
std::string EncodeEtcdRevoke(std::int64_t lease);
std::string EncodeEtcdKeepAlive(std::int64_t lease);
std::string EncodeEtcdAuthenticate(std::string_view user, std::string_view password);

Result<EtcdListing> DecodeEtcdListing(std::string_view bytes);
Result<std::int64_t> DecodeEtcdPut(std::string_view bytes);  // the revision that it made
Result<EtcdNotice> DecodeEtcdNotice(std::string_view bytes);
Result<EtcdLease> DecodeEtcdGrant(std::string_view bytes);
Result<EtcdLease> DecodeEtcdKeepAlive(std::string_view bytes);
Result<std::string> DecodeEtcdToken(std::string_view bytes);

}  // namespace ringlab
