// AnsweringSocket: a connection as RESTinio holds it: one that answers what is not HTTP, or too
// large, and who waits to be told to go on; and that is noted while it waits for a request.
//
// RESTinio closes a connection without a word when a request cannot be parsed or is over a limit;
// whoever typed it would learn nothing. For server.cc and its parts alone.
#pragma once

#include <sys/socket.h>

#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "node/http/connections.h"
#include "node/live/timer_thread.h"

namespace ringlab {

inline constexpr std::uint32_t kHeaderBytesMax = 1 << 20;
inline constexpr std::size_t kFieldsMax = 100;
inline constexpr std::size_t kFieldNameBytesMax = 1 << 10;
inline constexpr std::size_t kFieldBytesMax = std::size_t{64} << 10;

// Its owner closes it for one of three reasons: it is done, something failed, or, while it looks at
// bytes that have just been read, because they make no sense. Then it says so.
class AnsweringSocket : public asio::ip::tcp::socket {
 public:
  AnsweringSocket(asio::io_context& context)  // NOLINT(google-explicit-constructor): as its base
      : asio::ip::tcp::socket(context), connections_(asio::use_service<HttpConnections>(context)) {}
  AnsweringSocket(AnsweringSocket&& other) noexcept  // before it waits for anything
      : asio::ip::tcp::socket(std::move(other)), connections_(other.connections_) {}
  ~AnsweringSocket() { connections_.Works(wait_); }

  // The one whose bytes this thread looks at; null for none.
  static AnsweringSocket*& Judged() {
    static thread_local AnsweringSocket* judged = nullptr;
    return judged;
  }

  void BeginMessage() {
    header_bytes_ = 0;
    Suspect("400 Bad Request", "expected an HTTP/1.1 request");
  }

  // Of the message so far, with these.
  std::size_t CountHeaderBytes(std::size_t more) { return header_bytes_ += more; }

  // What the bytes will be refused with, should they be refused: "431 …", and the reason.
  void Suspect(const char* status, std::string why) {
    status_ = status;
    why_ = std::move(why);
  }

  // To who waits for that before it sends a body (RFC 9110, section 10.1.1).
  void SayGoOn() { SendNow("HTTP/1.1 100 Continue\r\n\r\n"); }

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {  // Asio's name
    if (since_ == kNever) since_ = TimerThread::SteadyNow();
    wait_.descriptor = native_handle();
    connections_.Waits(wait_, since_);
    auto executor = asio::get_associated_executor(handler, get_executor());
    asio::ip::tcp::socket::async_read_some(
        buffers, asio::bind_executor(executor, [this, handler = std::forward<Handler>(handler)](
                                                   const asio::error_code& error,
                                                   std::size_t bytes) mutable {
          connections_.Works(wait_);
          AnsweringSocket* const outer = std::exchange(Judged(), error ? nullptr : this);
          handler(error, bytes);  // it owns the connection, and so this socket, until it ends
          Judged() = outer;
        }));
  }

  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {  // Asio's name
    since_ = kNever;  // what comes after a reply is another wait
    asio::ip::tcp::socket::async_write_some(buffers, std::forward<Handler>(handler));
  }

  void shutdown(shutdown_type what, asio::error_code& error) {  // Asio's name
    if (Judged() == this) {
      SendNow("HTTP/1.1 " + std::string(status_) +
              "\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: " +
              std::to_string(why_.size() + 1) + "\r\n\r\n" + why_ + "\n");
    }
    asio::ip::tcp::socket::shutdown(what, error);
  }

  void close() {  // Asio's name
    connections_.Works(wait_);
    asio::ip::tcp::socket::close();
  }

 private:
  // Without waiting: a client that takes no answers gets none.
  void SendNow(std::string_view text) {
    (void)::send(native_handle(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }

  HttpConnections& connections_;
  HttpWait wait_;
  TimePoint since_ = kNever;  // it has waited for a request; kNever: it has not begun to
  std::size_t header_bytes_ = 0;
  const char* status_ = "400 Bad Request";
  std::string why_ = "expected an HTTP/1.1 request";
};

}  // namespace ringlab
