#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "node/h2/stream/byte_stream.h"

namespace ringlab {

namespace {

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(Descriptor socket) : socket_(std::move(socket)) {}

  int socket() const override { return socket_.get(); }
  Moved Open() override { return {}; }
  bool holds_more() const override { return false; }
  std::string why() const override { return std::strerror(error_); }

  Moved Read(std::span<char> into) override {
    const ssize_t got = recv(socket_.get(), into.data(), into.size(), 0);
    if (got == 0) return {Moved::Kind::kEnded};
    return Outcome(got, Moved::Kind::kNeedsRead);
  }

  Moved Write(std::span<const iovec> from) override {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(from.data());  // it is only read
    message.msg_iovlen = from.size();
    return Outcome(sendmsg(socket_.get(), &message, MSG_NOSIGNAL), Moved::Kind::kNeedsWrite);
  }

 private:
  Moved Outcome(ssize_t moved, Moved::Kind needs) {
    if (moved >= 0) return {Moved::Kind::kDone, static_cast<std::size_t>(moved)};
    if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS) return {needs};
    error_ = errno;
    return {Moved::Kind::kFailed};
  }

  Descriptor socket_;
  int error_ = 0;
};

}  // namespace

std::unique_ptr<ByteStream> PlainStreamOf(Descriptor socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace ringlab
