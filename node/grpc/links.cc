#include "node/grpc/links.h"

#include <algorithm>
#include <limits>

#include "node/grpc/credentials.h"
#include "node/grpc/tuning.h"

namespace ringlab {

GrpcLinks::GrpcLinks(const LinksOptions& options) {
  TuneGrpc();
  const Security& security = options.security;
  constexpr std::size_t kMost = std::numeric_limits<int>::max();
  share_ = {.connections = options.connections_per_peer,
            .reply_bytes_max = static_cast<int>(std::min(options.reply_bytes_max, kMost)),
            .credentials = ChannelCredentialsOf(security.tls),
            .server_name = security.tls.name,
            .authorization = security.token.empty() ? "" : "Bearer " + security.token};
}

GrpcLinks::~GrpcLinks() { calls_.CancelAll(); }

Link& GrpcLinks::To(const std::string& address) {
  const MutexLock lock(mutex_);
  std::unique_ptr<GrpcLink>& link = by_address_[address];
  if (link == nullptr) link = std::make_unique<GrpcLink>(share_, calls_, address);
  return *link;
}

}  // namespace ringlab
