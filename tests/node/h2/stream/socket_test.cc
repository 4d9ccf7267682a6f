#include "node/h2/stream/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/node/h2/stream/few_descriptors.h"
#include "tests/support/own_loopback.h"

namespace ringlab {
namespace {

void AwaitOne(int socket, short what) {
  pollfd one{socket, what, 0};
  REQUIRE(poll(&one, 1, 30'000) == 1);
}

SocketAddress AddressOf(const std::string& text) {
  const auto split = SplitAddress(text);
  REQUIRE(split);
  const auto found = Resolve(*split, Lookup::kNumeric);
  REQUIRE(found);
  return found->front();
}

int OptionOf(int socket, int level, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  REQUIRE(getsockopt(socket, level, option, &value, &size) == 0);
  return value;
}

TEST_CASE("who listens has the port for himself and says which it is") {
  const auto listening = Listen("127.0.0.1:0");
  REQUIRE(listening);
  REQUIRE(listening->sockets.size() == 1);
  REQUIRE(listening->address.starts_with("127.0.0.1:"));
  REQUIRE_FALSE(listening->address.ends_with(":0"));
  const auto again = Listen(listening->address);
  REQUIRE_FALSE(again);
  REQUIRE(again.error().code == Code::kUnavailable);
  REQUIRE(again.error().message == "listen on \"" + listening->address +
                                       "\": Address already in use; expected a free " +
                                       "HOST:PORT of this machine (port 0: any free one)");
}

TEST_CASE("a port is free again when its listener has gone, whoever is still connected") {
  std::string address;
  Descriptor client;
  Accepted accepted{};
  {
    const auto listening = Listen(OwnLoopback() + ":0");
    REQUIRE(listening);
    address = listening->address;
    client = *Connect(AddressOf(address));
    AwaitOne(listening->sockets[0].get(), POLLIN);
    accepted = Accept(listening->sockets[0].get());
    REQUIRE(accepted.kind == Accepted::Kind::kSocket);
  }
  REQUIRE(Listen(address));
}

TEST_CASE("what cannot be listened on says why") {
  for (const char* address :
       {"127.0.0.1", "no-such-host.invalid:0", "192.0.2.1:0", "127.0.0.1:x"}) {
    const auto listening = Listen(address);
    REQUIRE_FALSE(listening);
    REQUIRE(listening.error().code == Code::kUnavailable);
    REQUIRE(listening.error().message.starts_with("listen on \"" + std::string(address) + "\": "));
    REQUIRE(listening.error().message.ends_with(
        "; expected a free HOST:PORT of this machine (port 0: any free one)"));
  }
}

TEST_CASE("the addresses of a name share a port") {
  const auto listening = Listen("localhost:0");
  REQUIRE(listening);
  REQUIRE(listening->address.starts_with("localhost:"));
  const auto split = SplitAddress(listening->address);
  REQUIRE(split);
  const auto found = Resolve(*split, Lookup::kNames);
  REQUIRE(found);
  int connected = 0;
  for (const SocketAddress& at : *found) {
    const auto client = Connect(at);
    if (!client) continue;  // a machine without IPv6
    AwaitOne(client->get(), POLLOUT);
    if (ConnectError(client->get())) ++connected;
  }
  REQUIRE(connected == static_cast<int>(listening->sockets.size()));
}

TEST_CASE("connections are made without blocking and without delays") {
  const auto listening = Listen("127.0.0.1:0");
  REQUIRE(listening);
  REQUIRE(Accept(listening->sockets[0].get()).kind == Accepted::Kind::kNone);
  const auto client = Connect(AddressOf(listening->address));
  REQUIRE(client);
  AwaitOne(client->get(), POLLOUT);
  REQUIRE(ConnectError(client->get()));
  AwaitOne(listening->sockets[0].get(), POLLIN);
  const Accepted server = Accept(listening->sockets[0].get());
  REQUIRE(server.kind == Accepted::Kind::kSocket);
  for (const int socket : {client->get(), server.socket.get()}) {
    REQUIRE(OptionOf(socket, IPPROTO_TCP, TCP_NODELAY) != 0);
    REQUIRE(OptionOf(socket, IPPROTO_TCP, TCP_USER_TIMEOUT) == 20'000);
    std::array<char, 1> byte{};
    REQUIRE(recv(socket, byte.data(), 1, 0) == -1);
    REQUIRE(errno == EAGAIN);
  }
}

TEST_CASE("a connection to nobody fails with the reason") {
  std::string address;
  {
    const auto listening = Listen(OwnLoopback() + ":0");
    address = listening->address;
  }
  const auto client = Connect(AddressOf(address));
  std::string why;
  if (client) {
    AwaitOne(client->get(), POLLOUT);
    const auto connected = ConnectError(client->get());
    REQUIRE_FALSE(connected);
    why = connected.error().message;
  } else {
    why = client.error().message;
  }
  REQUIRE(why == "Connection refused");
}

TEST_CASE("without descriptors an accept is exhausted, and works again later") {
  const auto listening = Listen("127.0.0.1:0");
  REQUIRE(listening);
  const auto client = Connect(AddressOf(listening->address));
  REQUIRE(client);
  AwaitOne(listening->sockets[0].get(), POLLIN);
  auto accepted = Accepted::Kind::kNone;
  bool connects = true;
  bool listens = true;
  {
    const FewDescriptors none(0);  // UBSan needs one to judge an assertion, so none is in here
    accepted = Accept(listening->sockets[0].get()).kind;
    connects = Connect(AddressOf(listening->address)).has_value();
    listens = Listen("127.0.0.1:0").has_value();
  }
  REQUIRE(accepted == Accepted::Kind::kExhausted);
  REQUIRE_FALSE(connects);
  REQUIRE_FALSE(listens);
  REQUIRE(Accept(listening->sockets[0].get()).kind == Accepted::Kind::kSocket);
}

TEST_CASE("addresses are split at the last colon") {
  REQUIRE(SplitAddress("[::1]:80")->host == "::1");
  REQUIRE(SplitAddress("[::1]:80")->port == "80");
  REQUIRE(SplitAddress("name:1")->host == "name");
  REQUIRE_FALSE(SplitAddress("name"));
  REQUIRE_FALSE(Resolve({"localhost", "1"}, Lookup::kNumeric));
  REQUIRE(Resolve({"::1", "1"}, Lookup::kNumeric)->size() == 1);
}

}  // namespace
}  // namespace ringlab
