// EtcdClient, the seam of etcd: asynchronous calls to an etcd of one or more members.
//
// One member is asked at a time; when a call to it fails for want of an answer, the next call goes
// to the next member. Nothing is repeated: who calls knows when to try again, and waits between.
// Each call has a deadline. A member that is cut off from the others ends its streams, and a
// connection that died silently is noticed in the end.
//
// Confined to the thread of the scheduler that it is made with: called there, it calls back there,
// each callback once, or never if the scheduler ends before. Stop and the end are anybody's, while
// nothing else is called. Errors name the member. Live it is GrpcEtcdClient; a simulation has one
// on its own network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/base/function.h"
#include "core/base/result.h"
#include "core/base/scheduler.h"
#include "node/etcd/options.h"
#include "node/etcd/types.h"

namespace ringlab {

// A stream that is open. It ends with its last holder: then neither messages nor its end are told.
class EtcdStream {
 public:
  virtual ~EtcdStream() = default;
};

// Of keepalives for one lease.
class EtcdKeepAlive : public EtcdStream {
 public:
  virtual void Send() = 0;  // one more
};

class EtcdClient {
 public:
  template <class T>
  using Done = Function<void(Result<T>)>;

  virtual ~EtcdClient() = default;

  virtual void List(const std::string& prefix, std::int64_t limit, Done<EtcdListing> done) = 0;
  virtual void Put(const std::string& key, const std::string& value, std::int64_t lease,
                   Done<std::int64_t> done) = 0;  // gives the revision
  virtual void Grant(Duration ttl, Done<EtcdLease> done) = 0;
  // Within `timeout`, or a call's if that is shorter.
  virtual void Revoke(std::int64_t lease, Duration timeout, Done<void> done) = 0;

  // The messages, then how it ended.
  virtual std::shared_ptr<EtcdStream> Watch(const std::string& prefix, std::int64_t from_revision,
                                            Function<void(EtcdNotice)> notice,
                                            Function<void(Error)> end) = 0;
  // Sends the first keepalive.
  virtual std::shared_ptr<EtcdKeepAlive> KeepAlive(std::int64_t lease,
                                                   Function<void(EtcdLease)> answer,
                                                   Function<void(Error)> end) = 0;

  // Who is asked now; and that somebody else is to be, if it is this one: a stream to it is silent.
  virtual std::size_t member() const = 0;
  virtual void Avoid(std::size_t member) = 0;

  // Ends every call, and waits until nothing of it is left; so never from a callback, nor from the
  // scheduler.
  virtual void Stop() = 0;
};

// Makes one. `home` must outlive the client, or have ended. kInvalidArgument for options that
// cannot be.
using MakeEtcdClient =
    std::function<Result<std::unique_ptr<EtcdClient>>(const EtcdOptions& options, Scheduler& home)>;

}  // namespace ringlab
