#include "node/etcd/lookup.h"

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "node/etcd/grpc_client.h"
#include "node/etcd/roster.h"
#include "node/live/timer_thread.h"

namespace ringlab {

namespace {

Result<EtcdListing> ListOnce(EtcdClient& client, TimerThread& home, const std::string& prefix) {
  const auto answer = std::make_shared<std::promise<Result<EtcdListing>>>();
  auto listing = answer->get_future();
  home.RunAt(home.Now(), [&client, &prefix, answer] {
    client.List(prefix, kEtcdMembersMax + 1,
                [answer](Result<EtcdListing> listed) { answer->set_value(std::move(listed)); });
  });
  return listing.get();  // every call has a deadline
}

}  // namespace

Result<std::vector<Peer>> LookUpPeers(const EtcdOptions& options) {
  TimerThread home;
  auto client = GrpcEtcdClient::Create(options, home);
  if (!client) return tl::unexpected<Error>(client.error());
  const std::string prefix = options.service + "/";
  Result<EtcdListing> listing = Fail(Code::kUnavailable, "no endpoint");
  for (std::size_t i = 0; i < options.endpoints.size() && !listing; ++i) {
    listing = ListOnce(**client, home, prefix);
  }
  home.Stop();
  if (!listing) return Fail(listing.error().code, "--etcd: " + listing.error().message);
  EtcdRoster roster(prefix);
  roster.Replace(*listing, {}, {});
  std::vector<Peer> peers = roster.Peers();
  if (!peers.empty()) return peers;
  std::string text = "--service: no node is registered under \"" + prefix + "\"";
  for (const std::string& complaint : roster.Complaints()) text += "; " + complaint;
  return Fail(Code::kNotFound, text);
}

}  // namespace ringlab
