#include "loadgen/live/server.h"

#include <utility>
#include <vector>

#include "core/base/parse.h"
#include "loadgen/live/figures.h"
#include "node/http/server.h"
#include "node/live/timer_thread.h"

namespace ringlab {

namespace {

constexpr Duration kGrace = std::chrono::milliseconds(500);

HttpReply EventReply(const LiveBoard::Event& event) {
  HttpReply reply{.type = "text/event-stream; charset=utf-8"};
  reply.fields.emplace_back("Cache-Control", "no-store");
  reply.body = "retry: 250\n";
  if (event.number > 0) {
    reply.body += "id: " + std::to_string(event.number) + '\n';
    if (event.last) reply.body += "event: last\n";
    reply.body += "data: " + event.data + '\n';
  }
  reply.body += '\n';
  return reply;
}

HttpRoute PageRoute(const std::string& page) {
  return {.method = "GET",
          .path = "/",
          .about = "a page that follows the run",
          .handler = [page](const HttpRequest&, HttpReplyCallback done) {
            HttpReply reply{.type = "text/html; charset=utf-8", .body = page};
            reply.fields.emplace_back("Cache-Control", "no-store");
            done(std::move(reply));
          }};
}

HttpRoute EventsRoute(LiveBoard& board) {
  return {.method = "GET",
          .path = "/events",
          .about = "what the page is drawn from, as server-sent events",
          .handler = [&board](const HttpRequest& request, HttpReplyCallback done) {
            const auto seen = ParseCount(request.field("Last-Event-ID"));
            board.TakeEvent(seen.value_or(0), TimerThread::SteadyNow(),
                            [done = std::move(done)](const LiveBoard::Event& event) mutable {
                              done(EventReply(event));
                            });
          }};
}

HttpRoute MetricsRoute(LiveBoard& board) {
  return {.method = "GET",
          .path = "/metrics",
          .about = "the run's figures, for Prometheus",
          .handler = [&board](const HttpRequest&, HttpReplyCallback done) {
            done({.type = kLiveMetricsType, .body = board.TakeMetrics(TimerThread::SteadyNow())});
          }};
}

}  // namespace

Result<std::unique_ptr<LiveServer>> LiveServer::Start(const LiveServerOptions& options,
                                                      LiveBoard& board) {
  std::vector<HttpRoute> routes;
  if (options.shows_page) {
    routes.push_back(PageRoute(options.page));
    routes.push_back(EventsRoute(board));
  }
  if (options.has_metrics) routes.push_back(MetricsRoute(board));
  HttpServerOptions limits;
  limits.connections_max = 2 * LiveBoard::kWaitersMax;
  limits.body_bytes_max = 0;
  auto http = HttpServer::Start(options.listen, HttpRoutes(std::move(routes)), limits);
  if (!http) return tl::unexpected<Error>(std::move(http.error()));
  return std::unique_ptr<LiveServer>(new LiveServer(*std::move(http)));
}

LiveServer::LiveServer(std::unique_ptr<HttpServer> http) : http_(std::move(http)) {}

LiveServer::~LiveServer() { http_->Stop(kGrace); }

const std::string& LiveServer::address() const { return http_->address(); }

}  // namespace ringlab
