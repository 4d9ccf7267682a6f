// What RESTinio is told by types: a socket that answers what is not HTTP, and a parser that cuts
// what is too long instead of dropping the connection. For http_server.cc alone.
//
// RESTinio closes a connection without a word when a request cannot be parsed or is over a limit;
// whoever typed it would learn nothing. As for versions: written against RESTinio 0.6.16.
#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <restinio/http_server.hpp>
#include <restinio/traits.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace ringlab {

// Its owner closes it for one of three reasons: it is done, something failed, or, while it looks at
// bytes that have just been read, because they make no sense. Then it says so.
class AnsweringSocket : public asio::ip::tcp::socket {
 public:
  using asio::ip::tcp::socket::socket;

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {  // Asio's name
    auto executor = asio::get_associated_executor(handler, get_executor());
    asio::ip::tcp::socket::async_read_some(
        buffers, asio::bind_executor(executor, [this, handler = std::forward<Handler>(handler)](
                                                   const asio::error_code& error,
                                                   std::size_t bytes) mutable {
          judging_ = !error;
          handler(error, bytes);  // it owns the connection, and so this socket, until it ends
          judging_ = false;
        }));
  }

  void shutdown(shutdown_type what, asio::error_code& error) {  // Asio's name
    static constexpr std::string_view kRefusal =
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 53\r\n\r\n"
        "expected an HTTP/1.1 request, its header up to 1 MiB\n";
    // Without waiting: a client that takes no answers gets none.
    if (judging_) {
      (void)::send(native_handle(), kRefusal.data(), kRefusal.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    asio::ip::tcp::socket::shutdown(what, error);
  }

 private:
  bool judging_ = false;
};

// Names our parser; it knows the same methods.
struct CuttingMethods : restinio::default_http_methods_t {};

struct HttpTraits : restinio::traits_t<restinio::asio_timer_manager_t, restinio::null_logger_t,
                                       restinio::details::autodetect_request_handler_type,
                                       restinio::default_strand_t, AnsweringSocket> {
  using http_methods_mapper_t = CuttingMethods;
  static constexpr bool use_connection_count_limiter = true;
};

// What a message may be: its parts are kept up to one byte more than that, by which a handler
// knows.
inline restinio::impl::http_parser_ctx_t& ContextOf(http_parser* parser) {
  return *static_cast<restinio::impl::http_parser_ctx_t*>(parser->data);
}

inline std::size_t RoomFor(std::size_t length, std::size_t have, std::size_t max) {
  return have > max ? 0 : std::min(length, max + 1 - have);
}

inline int KeepTarget(http_parser* parser, const char* at, std::size_t length) {
  auto& context = ContextOf(parser);
  const std::size_t have = context.m_header.request_target().size();
  const std::size_t room = RoomFor(length, have, context.m_limits.max_url_size());
  context.m_header.append_request_target(at, room);
  return 0;
}

inline int KeepBody(http_parser* parser, const char* at, std::size_t length) {
  auto& context = ContextOf(parser);
  const auto max = static_cast<std::size_t>(context.m_limits.max_body_size());
  context.m_body.append(at, RoomFor(length, context.m_body.size(), max));
  return 0;
}

}  // namespace ringlab

template <>
inline http_parser_settings
restinio::impl::create_parser_settings<ringlab::CuttingMethods>() noexcept {
  http_parser_settings settings = create_parser_settings<default_http_methods_t>();
  settings.on_url = &ringlab::KeepTarget;
  settings.on_body = &ringlab::KeepBody;
  settings.on_headers_complete = [](http_parser* parser) {
    ringlab::ContextOf(parser).m_leading_headers_completed = true;
    return 0;  // and nothing is reserved because a header says so
  };
  settings.on_chunk_header = [](http_parser*) { return 0; };  // where chunks began, nobody asks
  return settings;
}
