// What http_parser is told: to cut what is too long instead of dropping the connection, to note why
// it drops one all the same, and to answer who waits to be told to go on. For server.cc alone.
//
// As for versions: written against RESTinio 0.6.16.
#pragma once

#include <algorithm>
#include <climits>
#include <cstdint>
#include <restinio/http_server.hpp>
#include <string>

#include "node/http/answering_socket.h"
#include "node/http/text.h"

namespace ringlab {

// What a message may be: its parts are kept up to one byte more than that, by which a handler
// knows.
inline restinio::impl::http_parser_ctx_t& ContextOf(const http_parser* parser) {
  return *static_cast<restinio::impl::http_parser_ctx_t*>(parser->data);
}

inline std::size_t RoomFor(std::size_t length, std::size_t have, std::size_t max) {
  return have > max ? 0 : std::min(length, max + 1 - have);
}

// What is too large is refused by RESTinio without a word of why: it is noted before, and said when
// the connection is closed for it.
inline void Suspect(const char* why, std::size_t max, const char* unit) {
  if (AnsweringSocket* const socket = AnsweringSocket::Judged()) {
    socket->Suspect("431 Request Header Fields Too Large",
                    std::string(why) + "; accepted: up to " + std::to_string(max) + unit);
  }
}

// False when these bytes are more than a header may have. http_parser's own limit is beyond ours.
inline bool CountHeaderBytes(std::size_t bytes) {
  AnsweringSocket* const socket = AnsweringSocket::Judged();
  if (socket == nullptr || socket->CountHeaderBytes(bytes) <= kHeaderBytesMax) return true;
  Suspect("a header that is too large", kHeaderBytesMax, " bytes");
  return false;
}

inline int KeepTarget(http_parser* parser, const char* at, std::size_t length) {
  if (!CountHeaderBytes(length)) return -1;
  auto& context = ContextOf(parser);
  const std::size_t have = context.m_header.request_target().size();
  const std::size_t room = RoomFor(length, have, context.m_limits.max_url_size());
  context.m_header.append_request_target(at, room);
  return 0;
}

inline int BeginMessage(http_parser*) {
  if (AnsweringSocket* const socket = AnsweringSocket::Judged()) socket->BeginMessage();
  return 0;
}

inline int KeepFieldName(http_parser* parser, const char* at, std::size_t length) {
  const auto& context = ContextOf(parser);
  if (!CountHeaderBytes(length)) return -1;
  const int kept = restinio::impl::restinio_header_field_cb(parser, at, length);
  if (kept == 0) return 0;
  if (context.m_last_was_value) {
    Suspect("too many header fields", kFieldsMax, "");
  } else {
    Suspect("a header field's name is too long", kFieldNameBytesMax, " bytes");
  }
  return kept;
}

inline int KeepFieldValue(http_parser* parser, const char* at, std::size_t length) {
  if (!CountHeaderBytes(length)) return -1;
  const int kept = restinio::impl::restinio_header_value_cb(parser, at, length);
  if (kept != 0) Suspect("a header field is too long", kFieldBytesMax - 1, " bytes");
  return kept;
}

// What a header as a whole may not say; false refuses the request.
inline bool MayGoOn(const http_parser& parser, const restinio::http_request_header_t& header,
                    AnsweringSocket& socket) {
  int hosts = 0;
  header.for_each_value_of("Host", [&hosts](auto) {
    ++hosts;
    return restinio::http_header_fields_t::continue_enumeration();
  });
  if (hosts > 1) {  // who stands before this node may believe the other one (RFC 9112, 3.2)
    socket.Suspect("400 Bad Request", "more than one Host field; expected one");
    return false;
  }
  const auto coding = header.opt_value_of("Transfer-Encoding");
  if (coding && !SameText({coding->data(), coding->size()}, "chunked")) {
    socket.Suspect("501 Not Implemented",
                   "a Transfer-Encoding that is not known here; "
                   "expected chunked or none");
    return false;
  }
  const auto expects = header.opt_value_of("Expect");
  if (!expects || !SameText({expects->data(), expects->size()}, "100-continue")) return true;
  const std::uint64_t max = ContextOf(&parser).m_limits.max_body_size();
  if (parser.content_length != ULLONG_MAX && parser.content_length > max) {
    socket.Suspect("413 Payload Too Large",
                   "a body that is too large; accepted: up to " + std::to_string(max) + " bytes");
    return false;
  }
  socket.SayGoOn();
  return true;
}

inline int EndHeader(http_parser* parser) {
  auto& context = ContextOf(parser);
  context.m_leading_headers_completed = true;
  AnsweringSocket* const socket = AnsweringSocket::Judged();
  const bool goes_on = socket == nullptr || MayGoOn(*parser, context.m_header, *socket);
  return goes_on ? 0 : -1;  // and nothing is reserved because a header says so
}

inline int KeepBody(http_parser* parser, const char* at, std::size_t length) {
  auto& context = ContextOf(parser);
  const auto max = static_cast<std::size_t>(context.m_limits.max_body_size());
  context.m_body.append(at, RoomFor(length, context.m_body.size(), max));
  return 0;
}

}  // namespace ringlab
