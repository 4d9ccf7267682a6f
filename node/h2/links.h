// H2Links: the links of a process on its loops, by address: 1,000 nodes that know each other must
// not mean a million connections.
//
// Thread-safe. A link's calls and callbacks live on one loop. Ending it ends all calls, and waits
// for the loops: not from one of them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/base/sync.h"
#include "node/h2/frames/limits.h"
#include "node/h2/link.h"
#include "node/h2/loop/loop_pool.h"
#include "node/live/said.h"
#include "node/security/security.h"
#include "node/wire/links.h"

namespace ringlab {

struct H2LinksOptions {
  Security security = {};
  H2Limits limits = {};
  LinkPatience patience = {};
  int connections_per_peer = 1;  // on as many loops; calls take turns
  std::function<void(const Said&)> say = {};
};

class Complaints;
class TlsFollower;

class H2Links final : public Links {
 public:
  // kInvalidArgument for certificates that cannot serve. `loops` outlives it.
  static Result<std::unique_ptr<H2Links>> Start(LoopPool& loops, H2LinksOptions options = {});
  ~H2Links() override;

  Link& To(const std::string& address) override;
  const std::string& authorization() const override { return authorization_; }

  // Wait for the loops; not from one of them.
  H2ClientCounters counters();
  LinkCounts counts();

 private:
  class Peer;

  H2Links(LoopPool& loops, H2LinksOptions options);

  void OnEach(const std::function<void(H2Link&)>& act);

  LoopPool& loops_;
  const H2LinksOptions options_;
  const std::string authorization_;
  std::unique_ptr<Complaints> complaints_;
  std::unique_ptr<TlsContext> tls_;
  std::unique_ptr<TlsFollower> follower_;  // on the first loop
  Resolver resolver_;
  std::unique_ptr<LinkShare> share_;
  Mutex mutex_;
  std::map<std::string, std::unique_ptr<Peer>> by_address_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
