// EtcdCredentials: how a channel to etcd is secured: plain, TLS, or TLS with a certificate of ours.
#pragma once

#include <grpcpp/security/credentials.h>

#include <memory>

#include "core/base/result.h"
#include "node/etcd/options.h"

namespace ringlab {

// Reads the files that the options name. kInvalidArgument names the flag and the file that cannot
// be read or holds no PEM.
Result<std::shared_ptr<grpc::ChannelCredentials>> EtcdCredentials(const EtcdOptions& options);

}  // namespace ringlab
