#include "node/front/http_front.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/parse.h"
#include "core/base/trace.h"
#include "node/front/cache_routes.h"
#include "node/http/hosts.h"
#include "node/live/flag_values.h"
#include "node/live/flags.h"
#include "node/live/timer_thread.h"
#include "node/security/same_token.h"
#include "node/security/security.h"

namespace ringlab {

namespace {

Result<std::vector<std::string>> ParseHosts(const std::string& text) {
  std::vector<std::string> hosts;
  for (const std::string_view host : SplitAt(text, ',')) {
    if (host.empty()) return RefuseValue(text, "names of hosts, such as cache-1.example");
    hosts.emplace_back(host);
  }
  return hosts;
}

}  // namespace

void AddHttpFlags(CLI::App& app, HttpFrontOptions& options) {
  AddFlag(app, "--http", options.listen, ParseListenAddress,
          "Answer HTTP there too: /api, peers of groupcache, /metrics, a status page;\n"
          "asks for the token, if there is one, but speaks no TLS",
          "HOST:PORT", "no HTTP");
  AddFlag(app, "--http-hosts", options.hosts, ParseHosts,
          "More names that the node is called by: writes to any other are refused, but\n"
          "to addresses, localhost, its --name, and this machine's name",
          "HOST,...", "no other name");
  AddFlag(app, "--http-threads", options.server.threads, CountBetween(1, 64),
          "Threads that serve HTTP; none of them ever waits", "N", "1");
  AddFlag(app, "--http-connections", options.server.connections_max, CountBetween(1, 100'000),
          "HTTP connections at a time; for more, idle ones are closed", "N", "1024");
  AddFlag(app, "--http-patience", options.server.patience, ParsePositiveSpan,
          "For an HTTP request to arrive, and for its reply to be taken", "TIME", "30s");
}

void FitLimits(const GroupOptions& group, HttpServerOptions& server) {
  constexpr std::size_t kEscaped = 3;                  // bytes for one
  constexpr std::size_t kRest = std::size_t{4} << 10;  // names of fields and of the group
  server.target_bytes_max = kEscaped * group.key_bytes_max + kRest;
  server.body_bytes_max = kEscaped * (group.key_bytes_max + group.value_bytes_max) + kRest;
}

namespace {

HttpHandler Guarded(HttpHandler handler, const std::string& token) {
  return [handler = std::move(handler), wanted = "Bearer " + token](const HttpRequest& request,
                                                                    HttpReplyCallback done) {
    if (SameToken(request.field("Authorization"), wanted)) {
      return handler(request, std::move(done));
    }
    HttpReply refusal =
        ErrorReply(401, {Code::kUnauthenticated, "expected the token of this cluster as a bearer"});
    refusal.fields.emplace_back("WWW-Authenticate", "Bearer");
    done(std::move(refusal));
  };
}

// Of who may not know the token a browser is the one that could be led here by somebody's page.
HttpHandler OfOurHosts(HttpHandler handler, const std::shared_ptr<const HttpHosts>& hosts) {
  return [handler = std::move(handler), hosts](const HttpRequest& request, HttpReplyCallback done) {
    const std::string_view host = request.field("Host");
    if (hosts->Knows(host)) return handler(request, std::move(done));
    done(ErrorReply(403, {Code::kPermissionDenied,
                          "\"" + Printable(host) + "\" is no name of this node; expected an " +
                              "address, localhost, or a name that --http-hosts lists"}));
  };
}

// `GET /api?key=Tom of trace ID: 200, 3 bytes, 402 us`. Queries hold keys, bodies values.
HttpHandler Logged(HttpHandler handler, const RequestLog& log) {
  return [handler = std::move(handler), log](const HttpRequest& request, HttpReplyCallback done) {
    if (!log.wanted()) return handler(request, std::move(done));
    std::string what = Printable(request.method) + ' ' + Printable(request.path);
    if (!request.query.empty()) what += '?' + Printable(request.query);
    if (const Trace trace = ReadTrace(request.field(kTraceParent), "")) {
      what += " of trace " + std::string(trace->trace_id());
    }
    handler(request, [what = std::move(what), tell = log.tell, began = TimerThread::SteadyNow(),
                      done = std::move(done)](HttpReply reply) mutable {
      tell(what + ": " + std::to_string(reply.status) + ", " + std::to_string(reply.body.size()) +
           " bytes, " + FormatDuration(TimerThread::SteadyNow() - began));
      done(std::move(reply));
    });
  };
}

}  // namespace

Result<std::unique_ptr<HttpFront>> HttpFront::Start(const HttpFrontOptions& options, Node& node,
                                                    StatusCalls calls) {
  std::vector<HttpRoute> routes = CacheRoutes(node.door());
  std::ranges::move(StatusRoutes(node, std::move(calls)), std::back_inserter(routes));
  std::vector<std::string> names = options.hosts;
  names.insert(names.end(), {options.listen, node.name(), node.address()});
  const auto hosts = std::make_shared<const HttpHosts>(names);
  for (HttpRoute& route : routes) {
    if (options.token.empty() && route.method == "POST") {
      route.handler = OfOurHosts(std::move(route.handler), hosts);
    }
    const bool open = route.path == "/healthz" || route.path == "/readyz";
    if (!options.token.empty() && !open) {
      route.handler = Guarded(std::move(route.handler), options.token);
    }
    if (options.log) route.handler = Logged(std::move(route.handler), options.log);
  }
  auto server = HttpServer::Start(options.listen, HttpRoutes(std::move(routes)), options.server);
  if (!server) return tl::unexpected<Error>(server.error());
  return std::unique_ptr<HttpFront>(new HttpFront(*std::move(server)));
}

}  // namespace ringlab
