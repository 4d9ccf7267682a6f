// GrpcEtcdClient: calls to a real etcd, over grpc++'s callback API.
//
// As its seam has it (node/etcd/client.h). What is refused for want of a valid token is asked once
// more with a new one. Streams carry "hasleader", so that a member that is cut off from the others
// ends them, and their connections are pinged, so that one that died silently is noticed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/etcd/client.h"

namespace grpc {
class ChannelCredentials;
}

namespace ringlab {

class EtcdByteStream;
class EtcdCalls;

class GrpcEtcdClient final : public EtcdClient {
 public:
  // kInvalidArgument when certificates cannot be read. `home` must outlive the client, or have
  // ended.
  static Result<std::unique_ptr<EtcdClient>> Create(EtcdOptions options, Scheduler& home);
  ~GrpcEtcdClient() override;

  void List(const std::string& prefix, std::int64_t limit, Done<EtcdListing> done) override;
  void Put(const std::string& key, const std::string& value, std::int64_t lease,
           Done<std::int64_t> done) override;
  void Grant(Duration ttl, Done<EtcdLease> done) override;
  void Revoke(std::int64_t lease, Duration timeout, Done<void> done) override;
  std::shared_ptr<EtcdStream> Watch(const std::string& prefix, std::int64_t from_revision,
                                    Function<void(EtcdNotice)> notice,
                                    Function<void(Error)> end) override;
  std::shared_ptr<EtcdKeepAlive> KeepAlive(std::int64_t lease, Function<void(EtcdLease)> answer,
                                           Function<void(Error)> end) override;
  std::size_t member() const override { return current_; }
  void Avoid(std::size_t member) override;

  // Waits for the last of gRPC's callbacks; so never from one.
  void Stop() override;

 private:
  struct Member;
  struct Request {
    std::string_view path;  // of node/etcd/wire.h
    std::string bytes;
    Function<void(Result<std::string>)> done;
    Duration timeout = Duration::max();  // or that of options_, if shorter
    bool again = false;                  // it was refused once for want of a token
  };

  GrpcEtcdClient(EtcdOptions options, Scheduler& home,
                 const std::shared_ptr<grpc::ChannelCredentials>& credentials);

  void Ask(Request request);
  void Send(Request request);
  void Answered(Request request, std::size_t member, Result<std::string> bytes);
  void Authenticate();
  void Authenticated(Result<std::string> token);
  std::shared_ptr<EtcdByteStream> Open(std::string_view path, std::string first,
                                       Function<void(const std::string&)> message,
                                       Function<void(Error)> end);
  Error Judged(std::size_t member, Error error);

  const EtcdOptions options_;
  std::vector<std::unique_ptr<Member>> members_;
  std::size_t current_ = 0;
  std::optional<std::string> token_;  // "" when etcd wants none
  bool authenticating_ = false;
  std::vector<Request> waiting_;  // for a token
  std::unique_ptr<EtcdCalls> calls_;
};

}  // namespace ringlab
