#include "node/grpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>

#include <chrono>
#include <map>
#include <utility>

#include "node/grpc_bytes.h"
#include "node/grpc_tuning.h"
#include "node/timer_thread.h"

namespace ringlab {

namespace {

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

grpc::ServerUnaryReactor* Serve(const Handler& handler, grpc::CallbackServerContext* context,
                                const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const ContiguousBytes bytes(*request);
  handler({.request = bytes.view(), .deadline = DeadlineOf(*context)},
          [reactor, response](Result<std::string> reply) {
            if (!reply) {
              const Error& error = reply.error();
              return reactor->Finish(
                  grpc::Status(static_cast<grpc::StatusCode>(error.code), error.message));
            }
            *response = ToByteBuffer(*std::move(reply));
            reactor->Finish(grpc::Status::OK);
          });
  return reactor;
}

}  // namespace

// One gRPC service made of table rows. Generated services register their methods in just this way;
// doing it here lets the rows be data and the messages be bytes.
class GrpcServer::Service final : public grpc::Service {
 public:
  void Add(const Method& method) {
    using Handle = grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>;
    const auto& path = paths_.emplace_back(std::make_unique<std::string>(method.path()));
    AddMethod(new grpc::internal::RpcServiceMethod(
        path->c_str(), grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(static_cast<int>(paths_.size()) - 1,
                          new Handle([handler = &method.handler](auto* context, auto* request,
                                                                 auto* response) {
                            return Serve(*handler, context, request, response);
                          }));
  }

 private:
  std::vector<std::unique_ptr<std::string>> paths_;  // gRPC keeps pointers to these
};

Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(const std::string& listen,
                                                      MethodTable methods) {
  std::unique_ptr<GrpcServer> engine(new GrpcServer);
  engine->methods_ = std::move(methods);
  std::map<std::string, Service*> by_name;
  for (const Method& method : engine->methods_) {
    Service*& service = by_name[method.service];
    if (service == nullptr) {
      service = engine->services_.emplace_back(std::make_unique<Service>()).get();
    }
    service->Add(method);
  }

  TuneGrpc();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &port);
  // By default two processes could share a port, and each would get half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  for (const auto& service : engine->services_) builder.RegisterService(service.get());
  engine->server_ = builder.BuildAndStart();
  if (engine->server_ == nullptr || port == 0) {
    return Fail(Code::kUnavailable, "listen on \"" + listen +
                                        "\": cannot bind it; expected a free HOST:PORT of this "
                                        "machine (port 0: any free one)");
  }
  engine->address_ = listen.substr(0, listen.rfind(':') + 1) + std::to_string(port);
  engine->SetServing(false);
  return engine;
}

GrpcServer::~GrpcServer() { Stop(Duration::zero()); }

void GrpcServer::SetServing(bool serving) {
  grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService();
  if (health == nullptr) return;
  health->SetServingStatus(serving);  // the server as a whole, name ""
  for (const Method& method : methods_) health->SetServingStatus(method.service, serving);
}

void GrpcServer::Stop(Duration grace) {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now() +
                    std::chrono::duration_cast<std::chrono::system_clock::duration>(grace));
  server_->Wait();
  server_.reset();
}

}  // namespace ringlab
