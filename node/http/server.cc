#include "node/http/server.h"

#include <condition_variable>
#include <future>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "node/http/acceptor.h"
#include "node/http/restinio_parts.h"
#include "node/http/text.h"

namespace ringlab {

namespace {

constexpr Duration kLastWords = std::chrono::seconds(1);  // for written replies to leave
// Of http_parser, for the whole process: beyond ours, which it would not name.
void RaiseHeaderLimit() {
  static const bool kRaised = (http_parser_set_max_header_size(2 * kHeaderBytesMax), true);
  (void)kRaised;
}

tl::unexpected<Error> CannotListen(const std::string& listen, const std::string& why) {
  return Fail(Code::kUnavailable, "listen on \"" + listen + "\": " + why +
                                      "; expected a free HOST:PORT of this machine (port 0: any "
                                      "free one)");
}

// The first address that a "host:port" names.
Result<asio::ip::tcp::endpoint> Resolve(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  std::string host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  asio::io_context io;
  asio::error_code error;
  const auto found = asio::ip::tcp::resolver(io).resolve(host, listen.substr(colon + 1),
                                                         asio::ip::tcp::resolver::passive, error);
  if (error || found.empty()) return CannotListen(listen, error.message());
  return found.begin()->endpoint();
}

// The header of a reply; the body's length is the builder's to say.
template <class Builder>
void FillIn(Builder& builder, HttpReply& reply) {
  builder.append_header(restinio::http_field::content_type, std::move(reply.type));
  for (auto& [name, value] : reply.fields) builder.append_header(name, std::move(value));
  if (reply.close) builder.connection_close();
}

}  // namespace

// The requests that were accepted, until their replies have left. Outlives the server, because who
// answers late still asks it.
struct HttpServer::Ledger {
  // Waits until a moment in which nothing is owed, so long at most.
  bool AwaitQuiet(Duration patience) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, patience, [this] { return waiting.empty() && unsent == 0; });
  }

  std::mutex mutex;  // standard: the condition variable wants it
  std::condition_variable changed;
  std::set<std::shared_ptr<Exchange>> waiting;  // for their handlers
  std::size_t unsent = 0;                       // those, and replies on their way out
  std::size_t answering = 0;                    // threads that hand a reply to RESTinio
  bool stopping = false;
};

// One of them. Its connection goes with the first answer, so that a late one finds nothing to use.
class HttpServer::Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(std::shared_ptr<Ledger> ledger, restinio::request_handle_t request,
           asio::io_context::executor_type executor)
      : ledger_(std::move(ledger)),
        request_(std::move(request)),
        executor_(executor),
        debt_(NewDebt(ledger_)) {}

  void Answer(HttpReply reply) {
    restinio::request_handle_t request;
    {
      const std::lock_guard lock(ledger_->mutex);
      request.swap(request_);
      if (!request) return;
      ledger_->waiting.erase(shared_from_this());
      ++ledger_->answering;
      reply.close = reply.close || ledger_->stopping;
    }
    // Never from inside the handler: after an answer that came at once, RESTinio would go on
    // reading twice, and drop the connection of a client that pipelines.
    asio::post(executor_, [request = std::move(request), reply = std::move(reply),
                           debt = std::move(debt_)]() mutable {
      Send(*request, std::move(reply), std::move(debt));
    });
    const std::lock_guard lock(ledger_->mutex);
    --ledger_->answering;
    ledger_->changed.notify_all();
  }

 private:
  // Paid when the reply has left, or its connection has ended: when the last copy is gone.
  using Debt = std::shared_ptr<void>;

  static Debt NewDebt(const std::shared_ptr<Ledger>& ledger) {
    return {nullptr, [ledger](void*) {
              const std::lock_guard lock(ledger->mutex);
              --ledger->unsent;
              ledger->changed.notify_all();
            }};
  }

  static void Send(restinio::request_t& request, HttpReply reply, Debt debt) {
    const restinio::http_status_line_t status(
        restinio::http_status_code_t(static_cast<std::uint16_t>(reply.status)),
        PhraseOf(reply.status));
    auto paid = [debt = std::move(debt)](const auto&) {};
    if (request.header().method() == restinio::http_method_head()) {
      auto builder = request.create_response<restinio::user_controlled_output_t>(status);
      FillIn(builder, reply);
      builder.set_content_length(reply.body.size());
      builder.done(std::move(paid));
      return;
    }
    auto builder = request.create_response<restinio::restinio_controlled_output_t>(status);
    FillIn(builder, reply);
    builder.set_body(std::move(reply.body));
    builder.done(std::move(paid));
  }

  const std::shared_ptr<Ledger> ledger_;
  restinio::request_handle_t request_;              // guarded by the ledger's mutex
  const asio::io_context::executor_type executor_;  // there while the request is
  Debt debt_;                                       // of whoever took the request
};

// Everything of RESTinio's.
class HttpServer::Engine {
 public:
  Engine(HttpRoutes routes, const HttpServerOptions& options)
      : routes_(std::move(routes)), options_(options) {}
  ~Engine() { Stop(Duration::zero()); }

  Result<void> Start(const std::string& listen);
  void Stop(Duration grace);

  const std::string& address() const { return address_; }

 private:
  // A connection counts itself out of its server when it ends, so all must end before the server
  // does, and that before the context which both run on.
  class Context : public asio::io_context {
   public:
    void EndConnections() { shutdown(); }
  };

  Result<void> Open(const std::string& listen);
  void Serve(const restinio::request_handle_t& request);

  const HttpRoutes routes_;
  const HttpServerOptions options_;
  const std::shared_ptr<Ledger> ledger_ = std::make_shared<Ledger>();
  std::string address_;
  Context io_;
  HttpConnections& connections_ = asio::use_service<HttpConnections>(io_);
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::unique_ptr<restinio::http_server_t<HttpTraits>> server_;
  std::vector<std::thread> threads_;
};

Result<void> HttpServer::Engine::Start(const std::string& listen) {
  RaiseHeaderLimit();
  try {
    return Open(listen);
  } catch (const std::exception& error) {  // RESTinio's way to say that it cannot listen
    return CannotListen(listen, error.what());
  }
}

Result<void> HttpServer::Engine::Open(const std::string& listen) {
  const auto endpoint = Resolve(listen);
  if (!endpoint) return tl::unexpected<Error>(endpoint.error());
  asio::add_service(io_, new HttpAccepting(io_, options_.connections_max, options_.say));
  std::uint16_t port = 0;
  restinio::server_settings_t<HttpTraits> settings;
  settings.address(endpoint->address())
      .protocol(endpoint->protocol())
      .port(endpoint->port())
      .acceptor_post_bind_hook(
          [&port](asio::ip::tcp::acceptor& acceptor) { port = acceptor.local_endpoint().port(); })
      .read_next_http_message_timelimit(options_.patience)
      .write_http_response_timelimit(options_.patience)
      .handle_request_timeout(std::chrono::hours(1))  // every handler answers, in its own time
      .max_pipelined_requests(1)
      .buffer_size(std::size_t{16} << 10)
      .incoming_http_msg_limits(restinio::incoming_http_msg_limits_t()
                                    .max_url_size(options_.target_bytes_max)
                                    .max_body_size(options_.body_bytes_max)
                                    .max_field_count(kFieldsMax)
                                    .max_field_name_size(kFieldNameBytesMax)
                                    .max_field_value_size(kFieldBytesMax))
      .request_handler([this](const restinio::request_handle_t& request) {
        Serve(request);
        return restinio::request_accepted();
      });
  server_ = std::make_unique<restinio::http_server_t<HttpTraits>>(
      restinio::external_io_context(io_), std::move(settings));
  server_->open_sync();
  address_ = listen.substr(0, listen.rfind(':') + 1) + std::to_string(port);
  for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { io_.run(); });
  return {};
}

void HttpServer::Engine::Serve(const restinio::request_handle_t& request) {
  const auto exchange = std::make_shared<Exchange>(ledger_, request, io_.get_executor());
  {
    const std::lock_guard lock(ledger_->mutex);
    ++ledger_->unsent;
    ledger_->waiting.insert(exchange);
  }
  const restinio::http_request_header_t& header = request->header();
  const HttpTarget target = SplitTarget(header.request_target());
  if (header.request_target().size() > options_.target_bytes_max) {
    return exchange->Answer(TextReply(414, "a target of more bytes than this node takes, " +
                                               std::to_string(options_.target_bytes_max)));
  }
  if (request->body().size() > options_.body_bytes_max) {
    return exchange->Answer(TextReply(413, "a body of more bytes than this node takes, " +
                                               std::to_string(options_.body_bytes_max)));
  }
  const bool upgrade = header.connection() == restinio::http_connection_header_t::upgrade;
  try {
    routes_.Serve({.method = header.method().c_str(),
                   .path = target.path,
                   .query = target.query,
                   .body = request->body(),
                   .field = [&header](std::string_view name) -> std::string_view {
                     const auto value = header.opt_value_of({name.data(), name.size()});
                     return value ? std::string_view(value->data(), value->size()) : "";
                   }},
                  [exchange, upgrade](HttpReply reply) {
                    reply.close = reply.close || upgrade;  // to nothing that we know
                    exchange->Answer(std::move(reply));
                  });
  } catch (const std::exception&) {  // no memory: what it was to answer went with what was thrown
    exchange->Answer(ErrorReply(500, {Code::kInternal, "the request failed on its way"}));
  }
}

void HttpServer::Engine::Stop(Duration grace) {
  if (threads_.empty()) return;
  {
    const std::lock_guard lock(ledger_->mutex);
    ledger_->stopping = true;
  }
  std::promise<void> closed;
  asio::post(io_, [&] {
    server_->close_sync();
    closed.set_value();
  });
  closed.get_future().wait();
  if (!ledger_->AwaitQuiet(grace)) {
    std::unique_lock lock(ledger_->mutex);
    const auto late = ledger_->waiting;
    lock.unlock();
    for (const auto& exchange : late) {
      exchange->Answer(ErrorReply(503, {Code::kUnavailable, "the node stops"}));
    }
    (void)ledger_->AwaitQuiet(kLastWords);
  }
  io_.stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  {
    std::unique_lock lock(ledger_->mutex);
    ledger_->changed.wait(lock, [this] { return ledger_->answering == 0; });
  }
  io_.EndConnections();
  server_.reset();
}

HttpServer::HttpServer(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& listen, HttpRoutes routes,
                                                      const HttpServerOptions& options) {
  auto engine = std::make_unique<Engine>(std::move(routes), options);
  if (auto started = engine->Start(listen); !started) {
    return tl::unexpected<Error>(started.error());
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(engine)));
}

const std::string& HttpServer::address() const { return engine_->address(); }

void HttpServer::Stop(Duration grace) { engine_->Stop(grace); }

}  // namespace ringlab
