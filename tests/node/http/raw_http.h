// RawHttp: a TCP connection on which a test says what it likes, right or wrong. Blocks.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace ringlab {

class RawHttp {
 public:
  // To "127.0.0.1:PORT".
  explicit RawHttp(const std::string& address) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(10))));
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    REQUIRE(connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    const timeval patience{30, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~RawHttp() { close(socket_); }
  RawHttp(const RawHttp&) = delete;
  RawHttp& operator=(const RawHttp&) = delete;

  void Send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the server has closed: what it said is still to be read
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // Reads until `end` has come, or the connection ends.
  std::string Read(std::string_view end) {
    while (true) {
      const std::size_t found = end.empty() ? std::string::npos : text_.find(end);
      if (found != std::string::npos) {
        const std::string part = text_.substr(0, found + end.size());
        text_.erase(0, part.size());
        return part;
      }
      if (!Receive()) return std::exchange(text_, "");
    }
  }
  std::string ReadAll() { return Read(""); }

  // Fewer when the connection ends before.
  std::string ReadExactly(std::size_t size) {
    while (text_.size() < size && Receive()) {
    }
    const std::string part = text_.substr(0, size);
    text_.erase(0, part.size());
    return part;
  }

 private:
  bool Receive() {
    std::array<char, 4096> chunk{};
    const ssize_t got = recv(socket_, chunk.data(), chunk.size(), 0);
    if (got > 0) text_.append(chunk.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  const int socket_;
  std::string text_;
};

}  // namespace ringlab
