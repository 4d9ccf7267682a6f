#include "node/etcd/grpc_client.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <utility>

#include "node/etcd/calls.h"
#include "node/etcd/credentials.h"
#include "node/etcd/wire.h"
#include "node/grpc/tuning.h"

namespace ringlab {

namespace {

// An etcd that comes back is used within a second.
constexpr int kReconnectFirstMs = 100;
constexpr int kReconnectMaxMs = 1000;
// A silent connection is asked whether it lives. etcd takes it ill more often than each 5 s.
constexpr int kPingMs = 10'000;
constexpr int kPingAnswerMs = 3'000;

// etcd speaks of tokens in more than one code. The second is of a server whose authentication was
// switched on meanwhile, the third of one whose users changed.
bool WantsNewToken(const Error& error) {
  return error.code == Code::kUnauthenticated ||
         error.message.find("invalid auth token") != std::string::npos ||
         error.message.find("user name is empty") != std::string::npos ||
         error.message.find("revision of auth store is old") != std::string::npos;
}

// The answer as `decode` reads it.
template <class T, class Decode>
Function<void(Result<std::string>)> Decoded(GrpcEtcdClient::Done<T> done, Decode decode) {
  return [done = std::move(done), decode](Result<std::string> bytes) mutable {
    if (!bytes) return done(tl::unexpected<Error>(std::move(bytes.error())));
    done(decode(*bytes));
  };
}

class KeepAliveStream final : public EtcdKeepAlive {
 public:
  KeepAliveStream(std::int64_t lease, std::shared_ptr<EtcdByteStream> bytes)
      : lease_(lease), bytes_(std::move(bytes)) {}

  void Send() override { bytes_->Send(EncodeEtcdKeepAlive(lease_)); }

 private:
  const std::int64_t lease_;
  const std::shared_ptr<EtcdByteStream> bytes_;
};

}  // namespace

struct GrpcEtcdClient::Member {
  std::string address;
  grpc::GenericStub stub;
};

Result<std::unique_ptr<EtcdClient>> GrpcEtcdClient::Create(EtcdOptions options, Scheduler& home) {
  TuneGrpc();
  auto credentials = EtcdCredentials(options);
  if (!credentials) return tl::unexpected<Error>(credentials.error());
  return std::unique_ptr<EtcdClient>(new GrpcEtcdClient(std::move(options), home, *credentials));
}

GrpcEtcdClient::GrpcEtcdClient(EtcdOptions options, Scheduler& home,
                               const std::shared_ptr<grpc::ChannelCredentials>& credentials)
    : options_(std::move(options)), calls_(std::make_unique<EtcdCalls>(home)) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectFirstMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kReconnectMaxMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMaxMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingAnswerMs);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);  // as many as it takes
  for (const std::string& address : options_.endpoints) {
    members_.push_back(std::make_unique<Member>(Member{
        address, grpc::GenericStub(grpc::CreateCustomChannel(address, credentials, arguments))}));
  }
  if (options_.user.empty()) token_ = "";
}

GrpcEtcdClient::~GrpcEtcdClient() { Stop(); }

void GrpcEtcdClient::Stop() { calls_->Stop(); }

void GrpcEtcdClient::List(const std::string& prefix, std::int64_t limit, Done<EtcdListing> done) {
  Ask({kEtcdRange, EncodeEtcdList(prefix, limit), Decoded(std::move(done), &DecodeEtcdListing)});
}

void GrpcEtcdClient::Put(const std::string& key, const std::string& value, std::int64_t lease,
                         Done<std::int64_t> done) {
  Ask({kEtcdPut, EncodeEtcdPut(key, value, lease), Decoded(std::move(done), &DecodeEtcdPut)});
}

void GrpcEtcdClient::Grant(Duration ttl, Done<EtcdLease> done) {
  Ask({kEtcdGrant, EncodeEtcdGrant(ttl), Decoded(std::move(done), &DecodeEtcdGrant)});
}

void GrpcEtcdClient::Revoke(std::int64_t lease, Duration timeout, Done<void> done) {
  Ask({kEtcdRevoke, EncodeEtcdRevoke(lease),
       Decoded(std::move(done), [](const std::string&) { return Result<void>(); }), timeout});
}

void GrpcEtcdClient::Ask(Request request) {
  if (token_) return Send(std::move(request));
  waiting_.push_back(std::move(request));
  Authenticate();
}

void GrpcEtcdClient::Send(Request request) {
  Member& member = *members_[current_];
  std::string bytes = request.bytes;
  const std::string_view path = request.path;
  const Duration timeout = std::min(request.timeout, options_.call_timeout);
  calls_->Ask(
      {member.stub, path, token_.value_or("")}, std::move(bytes), timeout,
      [this, to = current_, request = std::move(request)](Result<std::string> answer) mutable {
        Answered(std::move(request), to, std::move(answer));
      });
}

void GrpcEtcdClient::Answered(Request request, std::size_t member, Result<std::string> bytes) {
  if (bytes) return request.done(*std::move(bytes));
  if (!options_.user.empty() && WantsNewToken(bytes.error()) &&
      !std::exchange(request.again, true)) {
    token_.reset();
    return Ask(std::move(request));
  }
  request.done(tl::unexpected<Error>(Judged(member, std::move(bytes.error()))));
}

// Once for all who wait.
void GrpcEtcdClient::Authenticate() {
  if (std::exchange(authenticating_, true)) return;
  calls_->Ask(
      {members_[current_]->stub, kEtcdAuthenticate, ""},
      EncodeEtcdAuthenticate(options_.user, options_.password), options_.call_timeout,
      [this, to = current_](Result<std::string> answer) {
        authenticating_ = false;
        if (answer) return Authenticated(DecodeEtcdToken(*answer));
        if (answer.error().message.find("authentication is not enabled") != std::string::npos) {
          return Authenticated("");  // it takes everybody
        }
        Error error = Judged(to, std::move(answer.error()));
        error.message = "as \"" + options_.user + "\": " + error.message;
        Authenticated(tl::unexpected<Error>(std::move(error)));
      });
}

void GrpcEtcdClient::Authenticated(Result<std::string> token) {
  if (token) token_ = *token;
  for (Request& request : std::exchange(waiting_, {})) {
    if (token) {
      Send(std::move(request));
    } else {
      request.done(tl::unexpected<Error>(token.error()));
    }
  }
}

void GrpcEtcdClient::Avoid(std::size_t member) {
  if (member == current_) current_ = (current_ + 1) % members_.size();
}

// Whoever gave no answer is not asked next. The error names him.
Error GrpcEtcdClient::Judged(std::size_t member, Error error) {
  const bool silent = error.code == Code::kUnavailable || error.code == Code::kDeadlineExceeded;
  if (silent) Avoid(member);
  error.message = members_[member]->address + ": " + error.message;
  return error;
}

std::shared_ptr<EtcdByteStream> GrpcEtcdClient::Open(std::string_view path, std::string first,
                                                     Function<void(const std::string&)> message,
                                                     Function<void(Error)> end) {
  return calls_->Open({members_[current_]->stub, path, token_.value_or("")}, std::move(first),
                      std::move(message),
                      [this, to = current_, end = std::move(end)](Error error) mutable {
                        end(Judged(to, std::move(error)));
                      });
}

std::shared_ptr<EtcdStream> GrpcEtcdClient::Watch(const std::string& prefix,
                                                  std::int64_t from_revision,
                                                  Function<void(EtcdNotice)> notice,
                                                  Function<void(Error)> end) {
  return Open(
      kEtcdWatch, EncodeEtcdWatch(prefix, from_revision),
      [notice = std::move(notice)](const std::string& bytes) mutable {
        auto read = DecodeEtcdNotice(bytes);
        // What cannot be read is treated as what was lost: everything is listed again.
        if (read) return notice(*std::move(read));
        EtcdNotice unread;
        unread.canceled = true;
        unread.cancel_reason = read.error().message;
        notice(std::move(unread));
      },
      std::move(end));
}

std::shared_ptr<EtcdKeepAlive> GrpcEtcdClient::KeepAlive(std::int64_t lease,
                                                         Function<void(EtcdLease)> answer,
                                                         Function<void(Error)> end) {
  return std::make_shared<KeepAliveStream>(
      lease, Open(
                 kEtcdKeepAlive, EncodeEtcdKeepAlive(lease),
                 [answer = std::move(answer)](const std::string& bytes) mutable {
                   if (const auto read = DecodeEtcdKeepAlive(bytes)) answer(*read);
                 },
                 std::move(end)));
}

}  // namespace ringlab
