// HttpRoutes: what a node answers to over HTTP, as rows of path -> handler; the HTTP counterpart of
// node/wire/method_table.h.
//
// The rows know groups and rings, the server under them knows connections, and neither knows the
// other. Built once, then read-only: called from many threads at once.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/function.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "node/http/text.h"

namespace ringlab {

// Views that live until the handler returns. Nothing is unescaped yet.
struct HttpRequest {
  std::string_view method = "GET";
  std::string_view path;
  std::string_view query = {};
  std::string_view body = {};
  // The value of a header field, its name in any case; empty when there is none.
  std::function<std::string_view(std::string_view)> field = [](std::string_view) {
    return std::string_view();
  };
};

struct HttpReply {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> fields = {};
  bool close = false;  // the connection, after this reply
};

// The header field in which an error's code crosses between nodes: no status says it exactly.
inline constexpr const char* kCodeField = "Ringlab-Code";

// "text\n", as Go's http.Error writes it; with the code of an error, and for who is turned away how
// long to stay away.
HttpReply TextReply(int status, std::string text);
HttpReply ErrorReply(int status, const Error& error, std::optional<Duration> retry_after = {});

// The status that says best what a code means: 404 for kNotFound, 503 for kResourceExhausted …
int StatusOf(Code code);

// "Not Found" for 404, and so on for every status that is used here.
const char* PhraseOf(int status);

// The fields of a form that was posted, and after them those of the query. kInvalidArgument for a
// body that says it is something else.
Result<HttpForm> ParsePostedForm(const HttpRequest& request);

using HttpReplyCallback = Function<void(HttpReply)>;

// `done` runs exactly once, on any thread.
using HttpHandler = std::function<void(const HttpRequest& request, HttpReplyCallback done)>;

struct HttpRoute {
  std::string method;  // "GET", and then HEAD too; or "POST"
  std::string path;    // exactly; or, when it ends in a slash and is longer, whatever begins so
  std::string about;   // for people: one line
  HttpHandler handler;

  bool takes_all_below() const { return path.size() > 1 && path.back() == '/'; }
};

class HttpRoutes {
 public:
  explicit HttpRoutes(std::vector<HttpRoute> routes) : routes_(std::move(routes)) {}

  // By the first row whose path fits; 405 with what is allowed when only its method does not, 404
  // with every row when no path does, 415 for a body with a Content-Encoding, and 403 for what a
  // browser posts from another site's page.
  void Serve(const HttpRequest& request, HttpReplyCallback done) const;

 private:
  HttpReply NoSuchPath() const;

  std::vector<HttpRoute> routes_;
};

}  // namespace ringlab
