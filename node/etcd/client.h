// EtcdClient: asynchronous calls to an etcd of one or more members, over grpc++'s callback API.
//
// One member is asked at a time; when a call to it fails for want of an answer, the next call goes
// to the next member. Nothing is repeated here but what was refused for want of a valid token: who
// calls knows when to try again, and waits between. Each call has a deadline; streams carry
// "hasleader", so that a member that is cut off from the others ends them, and their connections
// are pinged, so that one that died silently is noticed.
//
// Confined to the thread of the scheduler that it is given: called there, it calls back there, each
// callback once, or never if the scheduler ends before. Making, Stop and the end are anybody's,
// while nothing else is called. Errors name the member.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/function.h"
#include "core/base/result.h"
#include "core/base/scheduler.h"
#include "node/etcd/options.h"
#include "node/etcd/types.h"

namespace grpc {
class ChannelCredentials;
}

namespace ringlab {

// A stream that is open: messages can be sent until it is closed, and come until it ends.
class EtcdStream {
 public:
  virtual ~EtcdStream() = default;
  virtual void Send(std::string bytes) = 0;

  // Neither messages nor the end are told any more.
  virtual void Close() = 0;
};

class EtcdCalls;

class EtcdClient {
 public:
  template <class T>
  using Done = Function<void(Result<T>)>;

  // kInvalidArgument when certificates cannot be read. `home` must outlive the client, or have
  // ended.
  static Result<std::unique_ptr<EtcdClient>> Create(EtcdOptions options, Scheduler& home);
  ~EtcdClient();

  void List(const std::string& prefix, std::int64_t limit, Done<EtcdListing> done);
  void Put(const std::string& key, const std::string& value, std::int64_t lease,
           Done<std::int64_t> done);  // gives the revision
  void Grant(Duration ttl, Done<EtcdLease> done);
  void Revoke(std::int64_t lease, Duration timeout, Done<void> done);  // or a call's, if shorter

  // The messages, then how it ended; a stream ends when the last holder lets go of it.
  std::shared_ptr<EtcdStream> Watch(const std::string& prefix, std::int64_t from_revision,
                                    Function<void(EtcdNotice)> notice, Function<void(Error)> end);
  // Sends the first keepalive. More: EncodeEtcdKeepAlive().
  std::shared_ptr<EtcdStream> KeepAlive(std::int64_t lease, Function<void(EtcdLease)> answer,
                                        Function<void(Error)> end);

  // Who is asked now; and that somebody else is to be, if it is this one: a stream to it is silent.
  std::size_t member() const { return current_; }
  void Avoid(std::size_t member);

  // Ends every call and waits for the last of gRPC's callbacks; so never from one, nor from home.
  void Stop();

 private:
  struct Member;
  struct Request {
    std::string_view path;  // of node/etcd/wire.h
    std::string bytes;
    Function<void(Result<std::string>)> done;
    Duration timeout = Duration::max();  // or that of options_, if shorter
    bool again = false;                  // it was refused once for want of a token
  };

  EtcdClient(EtcdOptions options, Scheduler& home,
             const std::shared_ptr<grpc::ChannelCredentials>& credentials);

  void Ask(Request request);
  void Send(Request request);
  void Answered(Request request, std::size_t member, Result<std::string> bytes);
  void Authenticate();
  void Authenticated(Result<std::string> token);
  std::shared_ptr<EtcdStream> Open(std::string_view path, std::string first,
                                   Function<void(const std::string&)> message,
                                   Function<void(Error)> end);
  Error Judged(std::size_t member, Error error);

  const EtcdOptions options_;
  Scheduler& home_;
  std::vector<std::unique_ptr<Member>> members_;
  std::size_t current_ = 0;
  std::optional<std::string> token_;  // "" when etcd wants none
  bool authenticating_ = false;
  std::vector<Request> waiting_;  // for a token
  std::unique_ptr<EtcdCalls> calls_;
};

}  // namespace ringlab
