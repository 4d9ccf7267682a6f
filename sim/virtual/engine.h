// VirtualEngine: the wire engine of a simulation. Production nodes stand on it as they do on h2:
// the bytes of their messages cross a VirtualNetwork, connections are made, refused, lost and
// fenced.
//
// A connection behaves as node/h2's: it is made by the first call, within connect_max; calls wait
// for it; an attempt that fails is not repeated for a while, in which calls fail at once; a process
// that ends resets its connections, and whoever called is told kUnavailable. Deadlines travel as
// the time that is left, and a server looks at them again when a call's turn comes.
//
// One thread, the time's. The network outlives engines, servers and links; links, the nodes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/backoff.h"
#include "node/wire/engine.h"
#include "sim/virtual/network.h"

namespace ringlab {

class VirtualServer final : public WireServer {
 public:
  VirtualServer(VirtualNetwork& network, VirtualHost& host, MethodTable methods);
  ~VirtualServer() override;

  const std::string& address() const override { return host_.address; }
  void SetServing(bool serving) override { serving_ = serving; }
  bool serving() const override { return serving_; }
  WireFigures figures() const override { return {.connections = wires_.size()}; }
  void Fence() override { EndWires(); }
  void Refuse() override { refuses_ = true; }

  // Its handlers have answered before, or their answers go nowhere: nobody can wait in virtual
  // time.
  void Stop(Duration grace) override;

  // What a connection of the host does: calls it.
  void Accept(const std::shared_ptr<VirtualWire>& wire) { wires_.push_back(wire); }
  void Call(std::string_view path, const IncomingCall& call, ReplyCallback done);

 private:
  void EndWires();

  VirtualNetwork& network_;
  VirtualHost& host_;
  std::map<std::string, Handler, std::less<>> handlers_;
  std::vector<std::shared_ptr<VirtualWire>> wires_;
  bool serving_ = false;
  bool refuses_ = false;
};

// The links of all hosts of a network: who calls is known by the time.
class VirtualLinks final : public Links {
 public:
  explicit VirtualLinks(VirtualNetwork& network);
  ~VirtualLinks() override;

  Link& To(const std::string& address) override;
  const std::string& authorization() const override { return authorization_; }

  // The host's process has ended: nobody hears of its calls any more. After the end of whatever
  // made them.
  void Forget(VirtualHost& host);

  // Its connections end, as those of a process do that is killed: before the node itself ends, so
  // that nothing of its end gets out.
  void EndOf(VirtualHost& host);

 private:
  VirtualNetwork& network_;
  const std::string authorization_;
  std::map<std::string, std::unique_ptr<class VirtualLink>, std::less<>> links_;
};

class VirtualEngine final : public WireEngine {
 public:
  VirtualEngine(VirtualNetwork& network, VirtualHost& host, std::shared_ptr<VirtualLinks> links)
      : network_(network), host_(host), links_(std::move(links)) {}

  std::string_view name() const override { return "virtual"; }

  // `listen` is not read: a host has one address. kUnavailable when it is taken.
  Result<std::unique_ptr<WireServer>> Serve(const std::string& listen, MethodTable methods,
                                            WireServerOptions options) override;
  Result<std::shared_ptr<Links>> Connect(LinksOptions) override {
    return std::shared_ptr<Links>(links_);
  }

 private:
  VirtualNetwork& network_;
  VirtualHost& host_;
  const std::shared_ptr<VirtualLinks> links_;
};

}  // namespace ringlab
