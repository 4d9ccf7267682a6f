// Certificates and authorities (node/security) as grpc++ takes them.
//
// gRPC reads the files again within a second of a change, whatever is in them, and uses them for
// connections made from then on; a node gives it copies that are known to be good
// (node/security/tls_copies.h).
#pragma once

#include <memory>

#include "node/security/security.h"

namespace grpc {
class ChannelCredentials;
class ServerCredentials;
}  // namespace grpc

namespace ringlab {

// How to listen, and how to dial: in the clear unless `tls` says otherwise. They check nothing.
std::shared_ptr<grpc::ServerCredentials> ServerCredentialsOf(const TlsFiles& tls);
std::shared_ptr<grpc::ChannelCredentials> ChannelCredentialsOf(const TlsFiles& tls);

}  // namespace ringlab
