// What RESTinio is told by types: our socket, our parser's rules, and who counts its connections.
// For server.cc alone. As for versions: written against RESTinio 0.6.16.
#pragma once

#include <restinio/http_server.hpp>
#include <restinio/traits.hpp>

#include "node/http/parser_rules.h"

namespace ringlab {

using HttpLifetime =
    restinio::connection_count_limits::connection_lifetime_monitor_t<HttpConnections>;

// Names our parser; it knows the same methods.
struct CuttingMethods : restinio::default_http_methods_t {};

struct HttpTraits : restinio::traits_t<restinio::asio_timer_manager_t, restinio::null_logger_t,
                                       restinio::details::autodetect_request_handler_type,
                                       restinio::default_strand_t, AnsweringSocket> {
  using http_methods_mapper_t = CuttingMethods;
};

}  // namespace ringlab

// RESTinio then counts connections in ours.
template <>
struct restinio::connection_count_limit_types<ringlab::HttpTraits> {
  using limiter_t = ringlab::HttpConnections;
  using lifetime_monitor_t = ringlab::HttpLifetime;
};

template <>
inline http_parser_settings
restinio::impl::create_parser_settings<ringlab::CuttingMethods>() noexcept {
  http_parser_settings settings = create_parser_settings<default_http_methods_t>();
  settings.on_message_begin = &ringlab::BeginMessage;
  settings.on_url = &ringlab::KeepTarget;
  settings.on_header_field = &ringlab::KeepFieldName;
  settings.on_header_value = &ringlab::KeepFieldValue;
  settings.on_headers_complete = &ringlab::EndHeader;
  settings.on_body = &ringlab::KeepBody;
  settings.on_chunk_header = [](http_parser*) { return 0; };  // where chunks began, nobody asks
  return settings;
}
