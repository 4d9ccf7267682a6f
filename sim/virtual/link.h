// VirtualLink: the way to one address, for every host that calls it.
//
// One thread, the time's; the network outlives it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "core/base/backoff.h"
#include "node/wire/links.h"
#include "sim/virtual/network.h"

namespace ringlab {

class VirtualLink final : public Link {
 public:
  // As node/h2/link.h has them.
  static constexpr BackoffOptions kBackoff = {.first = std::chrono::milliseconds(100),
                                              .longest = std::chrono::seconds(1),
                                              .factor = 1.6,
                                              .jitter = 0.2};
  static constexpr Duration kConnectMax = std::chrono::seconds(1);

  VirtualLink(VirtualNetwork& network, std::string address);
  ~VirtualLink() override;

  // By the host whose code runs.
  void Call(OutgoingCall&& call, BytesCallback&& done) override;
  void ConnectNow() override;

  // See VirtualLinks.
  void EndOf(const VirtualHost& host);
  void Forget(const VirtualHost& host);

 private:
  class Side;

  std::shared_ptr<Side> SideOf(VirtualHost& host);

  VirtualNetwork& network_;
  const std::string address_;
  std::map<std::uint32_t, std::shared_ptr<Side>> sides_;  // by the host that calls
};

}  // namespace ringlab
