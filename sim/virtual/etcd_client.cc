#include "sim/virtual/etcd_client.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "node/etcd/wire.h"

namespace ringlab {

VirtualEtcdClient::VirtualEtcdClient(VirtualEtcd& etcd, VirtualHost& host, Duration call_timeout,
                                     Scheduler& home)
    : etcd_(etcd), call_timeout_(call_timeout), home_(home) {
  for (std::size_t i = 0; i < etcd.hosts().size(); ++i) {
    channels_.push_back(std::make_shared<EtcdChannel>(etcd.network(), host, etcd.member(i)));
  }
}

void VirtualEtcdClient::Stop() {
  *stopped_ = true;
  for (const auto& channel : channels_) channel->Stop();
}

void VirtualEtcdClient::Avoid(std::size_t member) {
  if (member == current_) current_ = (current_ + 1) % channels_.size();
}

Error VirtualEtcdClient::Judged(std::size_t member, Error error) {
  const bool silent = error.code == Code::kUnavailable || error.code == Code::kDeadlineExceeded;
  if (silent) Avoid(member);
  error.message = etcd_.hosts()[member]->address + ": " + error.message;
  return error;
}

void VirtualEtcdClient::PostAt(TimePoint when, Task task) {
  home_.RunAt(when, [stopped = stopped_, task = std::move(task)]() mutable {
    if (!*stopped) task();
  });
}

template <class T>
void VirtualEtcdClient::Ask(std::string_view kind, Duration timeout, std::function<Result<T>()> act,
                            Done<T> done) {
  const auto waits = std::make_shared<Done<T>>(std::move(done));  // empty when it has been told
  const std::size_t to = current_;
  // At home.
  const std::function<void(Result<T>)> tell = [this, waits, to](Result<T> answer) {
    if (!*waits) return;
    Done<T> told = std::exchange(*waits, nullptr);
    if (!answer) answer = tl::unexpected<Error>(Judged(to, std::move(answer.error())));
    told(std::move(answer));
  };
  const auto channel = channels_[to];
  const std::uint64_t call = channel->Begin(
      kind,
      [this, act = std::move(act), tell](EtcdMember& member, const EtcdChannel::Caller& caller) {
        const auto answer = std::make_shared<std::optional<Result<T>>>();
        member.Agree([answer, act] { answer->emplace(act()); },
                     [this, answer, tell, caller] {
                       caller.Send("etcd, answer", [this, answer, tell, caller] {
                         caller.channel->End(caller.call);
                         Post([answer, tell] { tell(**answer); });
                       });
                     });
      },
      [this, tell](Error error) {
        Post([tell, error = std::move(error)] { tell(tl::unexpected<Error>(error)); });
      });
  PostAt(SaturatingAdd(Now(), std::min(timeout, call_timeout_)), [channel, call, tell] {
    channel->End(call);
    tell(Fail(Code::kDeadlineExceeded, "Deadline Exceeded"));
  });
}

void VirtualEtcdClient::List(const std::string& prefix, std::int64_t limit,
                             Done<EtcdListing> done) {
  Ask<EtcdListing>(
      kEtcdRange, Duration::max(),
      [&etcd = etcd_, prefix, limit] {
        return Result<EtcdListing>(etcd.store().List(prefix, limit));
      },
      std::move(done));
}

void VirtualEtcdClient::Put(const std::string& key, const std::string& value, std::int64_t lease,
                            Done<std::int64_t> done) {
  Ask<std::int64_t>(
      kEtcdPut, Duration::max(),
      [&etcd = etcd_, key, value, lease] { return etcd.store().Put(key, value, lease); },
      std::move(done));
}

void VirtualEtcdClient::Grant(Duration ttl, Done<EtcdLease> done) {
  Ask<EtcdLease>(
      kEtcdGrant, Duration::max(),
      [&etcd = etcd_, ttl] {
        return Result<EtcdLease>(etcd.store().Grant(ttl, etcd.network().time().Now()));
      },
      std::move(done));
}

void VirtualEtcdClient::Revoke(std::int64_t lease, Duration timeout, Done<void> done) {
  Ask<void>(
      kEtcdRevoke, timeout, [&etcd = etcd_, lease] { return etcd.store().Revoke(lease); },
      std::move(done));
}

// A stream's end at the client: what it has been told of, and its call.
template <class Message>
class VirtualEtcdClient::Stream {
 public:
  Stream(VirtualEtcdClient& client, Function<void(Message)> message, Function<void(Error)> end)
      : client_(client),
        hears_(std::make_shared<Hears>(Hears{std::move(message), std::move(end)})),
        to_(client.current_),
        channel_(client.channels_[to_]) {}
  ~Stream() {
    hears_->open = false;
    served_->open = false;
    channel_->End(call_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // `serve` runs at the member, with what it may tell.
  using Tell = std::function<void(Message)>;
  using Serve =
      std::function<void(EtcdMember&, const std::shared_ptr<EtcdServed>&, const Tell& tell)>;
  void Begin(std::string_view kind, Serve serve) {
    const auto lost = [client = &client_, hears = hears_, to = to_](const Error& error) {
      client->Post([client, hears, to, error] {
        if (std::exchange(hears->open, false)) hears->end(client->Judged(to, error));
      });
    };
    call_ = channel_->Begin(kind, AtMember(std::move(serve), lost), lost);
  }
  void Send(std::string_view kind, Serve serve) {
    channel_->Send(call_, kind, AtMember(std::move(serve), nullptr));
  }

 private:
  struct Hears {
    Function<void(Message)> message;
    Function<void(Error)> end;
    bool open = true;
  };

  EtcdChannel::AtMember AtMember(Serve serve, std::function<void(const Error&)> lost) {
    return [client = &client_, hears = hears_, served = served_, serve = std::move(serve), lost](
               EtcdMember& member, const EtcdChannel::Caller& caller) {
      if (lost) {
        served->end = [caller, lost](const Error& error) {
          caller.Send("etcd, end", [caller, lost, error] {
            caller.channel->End(caller.call);
            lost(error);
          });
        };
      }
      serve(member, served, [client, hears, caller](const Message& message) {
        caller.Send("etcd, message", [client, hears, message] {
          client->Post([hears, message] {
            if (hears->open) hears->message(message);
          });
        });
      });
    };
  }

  VirtualEtcdClient& client_;
  const std::shared_ptr<Hears> hears_;
  const std::shared_ptr<EtcdServed> served_ = std::make_shared<EtcdServed>();
  const std::size_t to_;
  const std::shared_ptr<EtcdChannel> channel_;
  std::uint64_t call_ = 0;
};

class VirtualEtcdClient::WatchStream final : public EtcdStream {
 public:
  WatchStream(VirtualEtcdClient& client, Function<void(EtcdNotice)> notice,
              Function<void(Error)> end)
      : stream(client, std::move(notice), std::move(end)) {}

  Stream<EtcdNotice> stream;
};

std::shared_ptr<EtcdStream> VirtualEtcdClient::Watch(const std::string& prefix,
                                                     std::int64_t from_revision,
                                                     Function<void(EtcdNotice)> notice,
                                                     Function<void(Error)> end) {
  auto watch = std::make_shared<WatchStream>(*this, std::move(notice), std::move(end));
  watch->stream.Begin(kEtcdWatch, [prefix, from_revision](EtcdMember& member, const auto& served,
                                                          const auto& tell) {
    served->tell = tell;
    member.Watch(prefix, from_revision, served);
  });
  return watch;
}

class VirtualEtcdClient::KeepAliveStream final : public EtcdKeepAlive {
 public:
  KeepAliveStream(VirtualEtcdClient& client, std::int64_t lease, Function<void(EtcdLease)> answer,
                  Function<void(Error)> end)
      : lease_(lease), stream_(client, std::move(answer), std::move(end)) {}

  void Begin() {
    stream_.Begin(kEtcdKeepAlive,
                  [lease = lease_](EtcdMember& member, const auto& served, const auto& tell) {
                    member.KeepOpen(served);
                    member.Renew(lease, tell);
                  });
  }
  void Send() override {
    stream_.Send(kEtcdKeepAlive, [lease = lease_](EtcdMember& member, const auto&,
                                                  const auto& tell) { member.Renew(lease, tell); });
  }

 private:
  const std::int64_t lease_;
  Stream<EtcdLease> stream_;
};

std::shared_ptr<EtcdKeepAlive> VirtualEtcdClient::KeepAlive(std::int64_t lease,
                                                            Function<void(EtcdLease)> answer,
                                                            Function<void(Error)> end) {
  auto stream = std::make_shared<KeepAliveStream>(*this, lease, std::move(answer), std::move(end));
  stream->Begin();
  return stream;
}

}  // namespace ringlab
