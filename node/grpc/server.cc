#include "node/grpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <utility>

#include "node/grpc/answering.h"
#include "node/grpc/bytes.h"
#include "node/grpc/codes.h"
#include "node/grpc/credentials.h"
#include "node/grpc/tuning.h"
#include "node/live/timer_thread.h"
#include "node/security/same_token.h"

namespace ringlab {

namespace {

constexpr Duration kLook = std::chrono::milliseconds(1);
constexpr Duration kLastAnswers = std::chrono::milliseconds(500);

// At once on a connection: more of them wait at the client, where giving up is free.
constexpr int kStreamsMax = 1000;
// At work at once, of all connections: more are refused before they are decoded.
constexpr std::int64_t kHandlersMax = 32'768;

// The caller's deadline on our time line.
TimePoint DeadlineOf(const grpc::CallbackServerContext& context) {
  const gpr_timespec deadline = context.raw_deadline();
  if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0) return kNever;
  const gpr_timespec left = gpr_time_sub(deadline, gpr_now(deadline.clock_type));
  constexpr std::int64_t kSecondsMax = 1'000'000'000;  // 30 years is for ever
  if (left.tv_sec > kSecondsMax) return kNever;
  return SaturatingAdd(TimerThread::SteadyNow(),
                       std::chrono::seconds(left.tv_sec) + Duration(left.tv_nsec));
}

tl::unexpected<Error> CannotListen(const std::string& listen, const std::string& why) {
  return Fail(Code::kUnavailable, "listen on \"" + listen + "\": " + why +
                                      "; expected a free HOST:PORT of this machine (port 0: any "
                                      "free one)");
}

// gRPC adds the reflection service, its only plugin here, to every server of a process.
class WithoutPlugins final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->clear();
  }
};

bool MayCall(const grpc::CallbackServerContext& context, const std::string& authorization) {
  const auto& metadata = context.client_metadata();
  const auto given = metadata.find("authorization");
  return given != metadata.end() &&
         SameToken({given->second.data(), given->second.size()}, authorization);
}

// What a call is let in by.
struct Entrance {
  const std::string& authorization;
  const std::atomic<bool>& refusing;
  std::atomic<std::int64_t>& at_work;
};

// Why a call is not handled, or OK. A call's turn may come long after it did: nothing is done for
// a caller who has given up.
grpc::Status Welcome(const grpc::CallbackServerContext& context, const grpc::ByteBuffer& request,
                     TimePoint deadline, const Entrance& entrance) {
  if (entrance.refusing.load(std::memory_order_relaxed)) {
    return {grpc::UNAVAILABLE, "the node is stopping"};
  }
  // First: gRPC cancels a call at its deadline.
  if (deadline != kNever && deadline <= TimerThread::SteadyNow()) {
    return {grpc::DEADLINE_EXCEEDED, "its deadline had passed before its turn came"};
  }
  if (context.IsCancelled()) return grpc::Status::CANCELLED;
  if (entrance.at_work.load(std::memory_order_relaxed) >= kHandlersMax) {
    return {grpc::RESOURCE_EXHAUSTED, "the node has too many calls at work"};
  }
  // gRPC hands on a message that was cut, or never came, as no buffer.
  if (!request.Valid()) return {grpc::INTERNAL, "the request has no message, or a cut one"};
  const std::string& authorization = entrance.authorization;
  if (!authorization.empty() && !MayCall(context, authorization)) {
    return {grpc::UNAUTHENTICATED, "expected the token of this cluster as a bearer"};
  }
  return grpc::Status::OK;
}

// Several fields of one name are one list, as in HTTP.
std::string Metadata(const grpc::CallbackServerContext& context, const char* name) {
  const auto [begin, end] = context.client_metadata().equal_range(name);
  std::string list;
  for (auto at = begin; at != end; ++at) {
    if (at != begin) list += ',';
    list.append(at->second.data(), at->second.size());
  }
  return list;
}

Trace TraceOf(const grpc::CallbackServerContext& context) {
  if (!context.client_metadata().contains(kTraceParent)) return nullptr;
  return ReadTrace(Metadata(context, kTraceParent), Metadata(context, kTraceState));
}

bool WantsExplanation(const grpc::CallbackServerContext& context) {
  const auto asked = context.client_metadata().find(kExplainMetadata);
  return asked != context.client_metadata().end() && asked->second == "1";
}

grpc::ServerUnaryReactor* ServeUnary(const Handler& handler, std::atomic<std::int64_t>& at_work,
                                     TimePoint deadline, grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const ContiguousBytes bytes(*request);
  Answering answering(reactor, context, response, at_work);
  try {
    handler({.request = bytes.view(),
             .deadline = deadline,
             .trace = TraceOf(*context),
             .explain = WantsExplanation(*context)},
            std::move(answering));
  } catch (...) {  // what was to answer has answered
  }
  return reactor;
}

}  // namespace

// One gRPC service made of table rows. Generated services register their methods in just this way;
// doing it here lets the rows be data and the messages be bytes.
class GrpcServer::Service final : public grpc::Service {
 public:
  explicit Service(GrpcServer& server) : server_(server) {}

  void Add(const Method& method) {
    using Handle = grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>;
    const auto& path = paths_.emplace_back(std::make_unique<std::string>(method.path()));
    AddMethod(new grpc::internal::RpcServiceMethod(path->c_str(),
                                                   grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(
        static_cast<int>(paths_.size()) - 1,
        new Handle([this, handler = &method.handler](auto* context, auto* request, auto* response) {
          const TimePoint deadline = DeadlineOf(*context);
          const grpc::Status welcome =
              Welcome(*context, *request, deadline,
                      {server_.authorization_, server_.refusing_, server_.at_work_});
          if (welcome.ok()) {
            return ServeUnary(*handler, server_.at_work_, deadline, context, request, response);
          }
          grpc::ServerUnaryReactor* const refusal = context->DefaultReactor();
          refusal->Finish(welcome);
          return refusal;
        }));
  }

 private:
  GrpcServer& server_;
  std::vector<std::unique_ptr<std::string>> paths_;  // gRPC keeps pointers to these
};

Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(std::shared_ptr<GrpcListeners> listeners,
                                                      const std::string& listen,
                                                      MethodTable methods,
                                                      const WireServerOptions& options) {
  std::unique_ptr<GrpcServer> engine(new GrpcServer);
  engine->listeners_ = std::move(listeners);
  engine->ears_ = std::make_shared<GrpcListeners::Ears>(options.say);
  engine->methods_ = std::move(methods);
  const Security& security = options.security;
  if (!security.token.empty()) engine->authorization_ = "Bearer " + security.token;
  std::map<std::string, Service*> by_name;
  for (const Method& method : engine->methods_) {
    Service*& service = by_name[method.service];
    if (service == nullptr) {
      service = engine->services_.emplace_back(std::make_unique<Service>(*engine)).get();
    }
    service->Add(method);
  }

  if (auto bound = GrpcListeners::Bind(listen, *engine->ears_); !bound) {
    return CannotListen(listen, bound.error().message);
  }
  TuneGrpc();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  if (!options.reflection) builder.SetOption(std::make_unique<WithoutPlugins>());
  std::shared_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor =
      builder.experimental().AddExternalConnectionAcceptor(
          grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
          ServerCredentialsOf(security.tls));
  engine->ears_->take = [acceptor](int socket) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters newcomer;
    newcomer.fd = socket;
    acceptor->HandleNewConnection(&newcomer);
  };
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsMax);
  // By default a client that pings without calls is told so after two hours, and other pings count
  // from five minutes on.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(
                           std::min<Duration>(options.ping_interval_min, std::chrono::hours(24)))
                           .count()));
  builder.SetMaxReceiveMessageSize(static_cast<int>(options.request_bytes_max));
  // Reflection alone is served by grpc++'s synchronous threads: one is enough, and more of them
  // would wake up for calls that are not theirs.
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
  for (const auto& service : engine->services_) builder.RegisterService(service.get());
  engine->server_ = builder.BuildAndStart();
  if (engine->server_ == nullptr) return CannotListen(listen, "gRPC gives no server");
  engine->SetServing(false);
  if (auto added = engine->listeners_->Add(engine->ears_); !added) {
    return CannotListen(listen, added.error().message);
  }
  return engine;
}

GrpcServer::~GrpcServer() { Stop(Duration::zero()); }

void GrpcServer::SetServing(bool serving) {
  serving_.store(serving);
  grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService();
  if (health == nullptr) return;
  health->SetServingStatus(serving);  // the server as a whole, name ""
  for (const Method& method : methods_) health->SetServingStatus(method.service, serving);
}

void GrpcServer::Stop(Duration grace) {
  if (ears_ != nullptr) listeners_->Remove(ears_);
  if (server_ == nullptr) return;
  SetServing(false);  // whoever watches our health learns it first
  Refuse();
  // gRPC's own grace lasts for as long as anybody is connected, and some clients do not hang up
  // while they have nothing to ask. So it is given only the time to send the last answers.
  const TimePoint cut = SaturatingAdd(TimerThread::SteadyNow(), grace);
  while (at_work_.load(std::memory_order_acquire) > 0 && TimerThread::SteadyNow() < cut) {
    std::this_thread::sleep_for(kLook);
  }
  server_->Shutdown(std::chrono::system_clock::now() + std::min<Duration>(grace, kLastAnswers));
  server_->Wait();
}

}  // namespace ringlab
