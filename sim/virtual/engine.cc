#include "sim/virtual/engine.h"

#include <utility>

#include "sim/virtual/link.h"

namespace ringlab {

VirtualServer::VirtualServer(VirtualNetwork& network, VirtualHost& host, MethodTable methods)
    : network_(network), host_(host) {
  for (Method& method : methods) {
    std::string path = method.path();
    handlers_.emplace(std::move(path), std::move(method.handler));
  }
  host_.server = this;
}

VirtualServer::~VirtualServer() { Stop(Duration::zero()); }

void VirtualServer::Call(std::string_view path, const IncomingCall& call, ReplyCallback done) {
  if (refuses_) return done(Fail(Code::kUnavailable, "the node is stopping"));
  const auto handler = handlers_.find(path);
  if (handler == handlers_.end()) {
    return done(Fail(Code::kUnimplemented, "no method " + std::string(path)));
  }
  handler->second(call, std::move(done));
}

void VirtualServer::Stop(Duration) {
  if (host_.server != this) return;
  host_.server = nullptr;
  EndWires();
}

void VirtualServer::EndWires() {
  const std::vector<std::shared_ptr<VirtualWire>> ended = std::move(wires_);
  wires_.clear();
  for (const auto& wire : ended) {
    if (!std::exchange(wire->alive, false)) continue;
    if (wire->reset) wire->reset();
  }
}

VirtualLinks::VirtualLinks(VirtualNetwork& network) : network_(network) {}

VirtualLinks::~VirtualLinks() = default;

Link& VirtualLinks::To(const std::string& address) {
  std::unique_ptr<VirtualLink>& link = links_[address];
  if (link == nullptr) link = std::make_unique<VirtualLink>(network_, address);
  return *link;
}

void VirtualLinks::EndOf(VirtualHost& host) {
  host.up = false;
  if (host.server != nullptr) host.server->Stop(Duration::zero());
  for (const auto& [address, link] : links_) link->EndOf(host);
}

void VirtualLinks::Forget(VirtualHost& host) {
  for (const auto& [address, link] : links_) link->Forget(host);
}

Result<std::unique_ptr<WireServer>> VirtualEngine::Serve(const std::string&, MethodTable methods,
                                                         WireServerOptions) {
  if (host_.server != nullptr) {
    return Fail(Code::kUnavailable, "cannot listen on " + host_.address + ": it is in use");
  }
  return std::make_unique<VirtualServer>(network_, host_, std::move(methods));
}

}  // namespace ringlab
