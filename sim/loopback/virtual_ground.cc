#include "sim/loopback/virtual_ground.h"

namespace ringlab {

VirtualGround::VirtualGround(std::uint64_t seed, const NetworkLaw& law)
    : network_(time_, seed, law),
      client_(network_.AddHost("")),
      client_timer_(time_, client_),
      links_(std::make_shared<VirtualLinks>(network_)) {
  client_.up = true;
}

VirtualGround::~VirtualGround() {
  time_.As(client_, [&] {
    links_->EndOf(client_);
    links_->Forget(client_);
  });
  time_.DropAll();
}

VirtualHost& VirtualGround::HostOf(const std::string& node) {
  if (node.empty()) return client_;
  VirtualHost*& host = hosts_[node];
  if (host == nullptr) host = &network_.AddHost(node);
  return *host;
}

Result<std::shared_ptr<NodeRuntime>> VirtualGround::RuntimeOf(const std::string& node) {
  VirtualHost& host = HostOf(node);
  host.up = true;
  return std::make_shared<NodeRuntime>(std::make_shared<VirtualEngine>(network_, host, links_),
                                       links_, std::make_unique<HostTimer>(time_, host));
}

bool VirtualGround::Await(Gate& gate, Duration patience) {
  const TimePoint until = SaturatingAdd(time_.Now(), patience);
  while (!gate.is_open()) {
    if (!time_.Step(until)) return gate.is_open();
  }
  return true;
}

void VirtualGround::As(const std::string& node, const std::function<void()>& act) {
  time_.As(HostOf(node), act);
}

void VirtualGround::Ending(const std::string& node, Duration grace) {
  time_.RunUntil(SaturatingAdd(time_.Now(), grace));
  time_.As(HostOf(node), [&] { links_->EndOf(HostOf(node)); });
}

void VirtualGround::Ended(const std::string& node) {
  time_.As(HostOf(node), [&] { links_->Forget(HostOf(node)); });
}

}  // namespace ringlab
