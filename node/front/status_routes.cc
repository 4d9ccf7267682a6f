#include "node/front/status_routes.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "node/front/metrics.h"
#include "node/front/node_figures.h"
#include "node/front/status_page.h"
#include "node/http/text.h"
#include "node/live/unix_time.h"
#include "node/security/security.h"

namespace ringlab {

namespace {

HttpReply Fresh(std::string type, std::string body) {
  return {.type = std::move(type),
          .body = std::move(body),
          .fields = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}}};
}

HttpReply Readiness(const Node& node) {
  std::string wrong;
  if (!node.serving()) wrong = "not part of its cluster";
  for (const std::string& trouble : node.troubles()) {
    wrong += (wrong.empty() ? "" : "\n") + trouble;
  }
  const auto ends = CertificateEnds(node.security().tls);
  if (ends && *ends * 1'000'000'000 < UnixNowNs()) {
    wrong += std::string(wrong.empty() ? "" : "\n") + "its certificate has ended";
  }
  if (wrong.empty()) return TextReply(200, "ready");
  return ErrorReply(503, {Code::kUnavailable, std::move(wrong)});
}

HttpReply Page(const Node& node) {
  const auto view = node.view();
  HttpReply reply = Fresh("text/html; charset=utf-8",
                          StatusPage(StatusFigures(node), RingFigures(node), *view->ring));
  reply.fields.emplace_back("Content-Security-Policy", StatusPolicy());
  reply.fields.emplace_back("Referrer-Policy", "no-referrer");
  return reply;
}

void AddPeer(const StatusCalls& calls, const HttpRequest& request, HttpReplyCallback done) {
  const auto form = ParsePostedForm(request);
  if (!form) return done(ErrorReply(400, form.error()));
  const std::string* text = FindField(*form, "peer");
  auto peers = ParsePeers(text == nullptr ? "" : *text);
  if (!peers) return done(ErrorReply(400, peers.error()));
  if (peers->size() != 1) {
    return done(ErrorReply(400, {Code::kInvalidArgument, "expected one peer"}));
  }
  if (!calls.add_peer) {
    return done(ErrorReply(
        409, {Code::kFailedPrecondition, "this node's peers are no list that could be added to"}));
  }
  calls.add_peer(std::move(peers->front()),
                 [text = *text, done = std::move(done)](const Result<void>& added) mutable {
                   if (!added) return done(ErrorReply(StatusOf(added.error().code), added.error()));
                   done(TextReply(200, "set peer " + text + " successful"));
                 });
}

HttpRoute Row(std::string path, std::string about, std::function<HttpReply()> answer) {
  return {.method = "GET",
          .path = std::move(path),
          .about = std::move(about),
          .handler = [answer = std::move(answer)](const HttpRequest&, HttpReplyCallback done) {
            done(answer());
          }};
}

}  // namespace

std::vector<HttpRoute> StatusRoutes(Node& node, StatusCalls calls) {
  constexpr const char* kJson = "application/json";
  return {
      Row("/", "the status page", [&node] { return Page(node); }),
      Row("/status", "the same", [&node] { return Page(node); }),
      Row("/status.json", "its figures",
          [&node] { return Fresh(kJson, StatusFigures(node).dump() + '\n'); }),
      Row("/ring", "the ring: members, shares, epoch",
          [&node] { return Fresh(kJson, RingFigures(node).dump() + '\n'); }),
      Row("/metrics", "counts for Prometheus",
          [&node] { return Fresh(kPrometheusContentType, PrometheusText(node)); }),
      Row("/healthz", "whether the process answers", [] { return TextReply(200, "ok"); }),
      Row("/readyz", "whether the node serves", [&node] { return Readiness(node); }),
      {.method = "POST",
       .path = "/setpeer",
       .about = "a form of peer: adds one to the node's list",
       .handler = [calls](const HttpRequest& request,
                          HttpReplyCallback done) { AddPeer(calls, request, std::move(done)); }},
  };
}

}  // namespace ringlab
