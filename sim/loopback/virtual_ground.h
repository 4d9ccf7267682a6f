// VirtualGround: nodes in virtual time, on a virtual network. One thread, and as fast as it goes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "sim/loopback/ground.h"
#include "sim/virtual/engine.h"
#include "sim/virtual/network.h"
#include "sim/virtual/time.h"

namespace ringlab {

class VirtualGround final : public Ground {
 public:
  VirtualGround(std::uint64_t seed, const NetworkLaw& law);
  ~VirtualGround() override;

  Result<std::shared_ptr<NodeRuntime>> RuntimeOf(const std::string& node) override;
  std::shared_ptr<Links> links() override { return links_; }
  Scheduler& client_timer() override { return client_timer_; }
  TimePoint Now() const override { return time_.Now(); }
  bool Await(Gate& gate, Duration patience) override;
  void As(const std::string& node, const std::function<void()>& act) override;
  void Ending(const std::string& node, Duration grace) override;
  void Ended(const std::string& node) override;
  void EndClient() override {}
  Result<void> Reserve(std::uint64_t) override { return {}; }

  const VirtualTime& time() const { return time_; }

 private:
  VirtualHost& HostOf(const std::string& node);

  VirtualTime time_;
  VirtualNetwork network_;
  VirtualHost& client_;
  HostTimer client_timer_;
  std::shared_ptr<VirtualLinks> links_;
  std::map<std::string, VirtualHost*> hosts_;
};

}  // namespace ringlab
