// GrpcLinks: gRPC channels by address, opened when first needed, for one transport or for all of a
// process: 1,000 nodes that know each other must not mean a million channels.
//
// Thread-safe. Channels are kept for the links' life, so that none is ever destroyed inside a
// callback (gRPC would join its own thread).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/base/sync.h"
#include "node/grpc/call.h"
#include "node/grpc/link.h"
#include "node/wire/links.h"

namespace ringlab {

class GrpcLinks final : public Links {
 public:
  explicit GrpcLinks(const LinksOptions& options = {});

  // Ends all calls, and waits for their callbacks; so never from one.
  ~GrpcLinks() override;

  Link& To(const std::string& address) override;
  const std::string& authorization() const override { return share_.authorization; }

 private:
  GrpcLinkShare share_;
  GrpcCalls calls_;
  Mutex mutex_;
  std::map<std::string, std::unique_ptr<GrpcLink>> by_address_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
