// HttpAcceptor: takes connections for a RESTinio server, in the place of RESTinio's own acceptor,
// which accepts nothing any more after one accept that failed. For server.cc alone.
//
// At the limit, and where descriptors run out, connections that wait for a request make room; while
// there is none, newcomers wait in the kernel, and are tried again. Written against RESTinio
// 0.6.16.
#pragma once

#include <poll.h>

#include <asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "node/http/restinio_parts.h"
#include "node/live/descriptors.h"

template <>
class restinio::impl::acceptor_t<ringlab::HttpTraits> final
    : public std::enable_shared_from_this<acceptor_t<ringlab::HttpTraits>> {
 public:
  using Factory = connection_factory_t<ringlab::HttpTraits>;

  template <class Settings>
  acceptor_t(Settings& settings, asio::io_context& context, std::shared_ptr<Factory> factory,
             restinio::null_logger_t&)
      : endpoint_(*get_if<asio::ip::address>(&settings.address()), settings.port()),
        context_(context),
        factory_(std::move(factory)),
        bound_(settings.giveaway_acceptor_post_bind_hook()),
        acceptor_(context),
        timer_(context),
        executor_(context.get_executor()),
        connections_(asio::use_service<ringlab::HttpConnections>(context)),
        accepting_(asio::use_service<ringlab::HttpAccepting>(context)),
        room_(accepting_.connections_max) {}

  // Throws when it cannot listen.
  void open() {
    acceptor_.open(endpoint_.protocol());
    acceptor_.set_option(asio::ip::tcp::acceptor::reuse_address(true));
    acceptor_.bind(endpoint_);
    acceptor_.non_blocking(true);
    bound_(acceptor_);
    acceptor_.listen();
    const std::lock_guard lock(mutex_);
    Await();
  }

  void close() {
    const std::lock_guard lock(mutex_);
    asio::error_code ignored;
    acceptor_.close(ignored);
    timer_.cancel();
  }

  auto& get_open_close_operations_executor() { return executor_; }  // RESTinio's name

 private:
  static constexpr int kSocketsOfTurnMax = 64;
  static constexpr auto kRest = std::chrono::milliseconds(20);

  // These are with the lock: the server's threads may run them at the same time as close().
  void Await() {
    if (!acceptor_.is_open()) return;
    acceptor_.async_wait(asio::ip::tcp::acceptor::wait_read,
                         [self = shared_from_this()](const asio::error_code& error) {
                           if (error == asio::error::operation_aborted) return;
                           const std::lock_guard lock(self->mutex_);
                           self->Take();
                         });
  }

  // The listener stays ready all the time: it would be told of again and again, for nothing.
  void Rest() {
    timer_.expires_after(kRest);
    timer_.async_wait([self = shared_from_this()](const asio::error_code&) {
      const std::lock_guard lock(self->mutex_);
      self->Await();
    });
  }

  void Take() {
    for (int i = 0; i < kSocketsOfTurnMax && acceptor_.is_open(); ++i) {
      if (connections_.count() >= room_.max()) {
        if (!SomebodyWaits()) break;
        MakeRoom(room_.is_short() ? "few descriptors are left"
                                  : "there are as many as --http-connections allows");
        return Rest();
      }
      const int socket =
          ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (socket < 0) {
        if (errno == EAGAIN) break;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
          MakeRoom(std::strerror(errno));
          return Rest();
        }
        continue;  // that one was lost before it began
      }
      if (room_.IsFull(socket, connections_.count())) MakeRoom("few descriptors are left");
      Begin(socket);
    }
    Await();
  }

  bool SomebodyWaits() {
    pollfd listener{acceptor_.native_handle(), POLLIN, 0};
    return ::poll(&listener, 1, 0) > 0;
  }

  void MakeRoom(const char* why) { accepting_.Tell(why, connections_.EndOldest()); }

  void Begin(int socket) {
    asio::error_code error;
    ringlab::AnsweringSocket taken(context_);
    taken.assign(endpoint_.protocol(), socket, error);
    if (error) {
      ::close(socket);
      return;
    }
    const auto remote = taken.remote_endpoint(error);
    if (error) return;  // it has gone again
    try {
      ringlab::HttpLifetime lifetime(&connections_);
      factory_->create_new_connection(std::move(taken), remote, std::move(lifetime))->init();
    } catch (const std::exception&) {  // no memory for it: it was closed with what there was of it
    }
  }

  const asio::ip::tcp::endpoint endpoint_;
  asio::io_context& context_;
  const std::shared_ptr<Factory> factory_;
  restinio::acceptor_post_bind_hook_t bound_;
  std::mutex mutex_;  // standard: asio's threads and it go together
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer timer_;
  ringlab::HttpTraits::strand_t executor_;
  ringlab::HttpConnections& connections_;
  ringlab::HttpAccepting& accepting_;
  ringlab::ConnectionRoom room_;
};
