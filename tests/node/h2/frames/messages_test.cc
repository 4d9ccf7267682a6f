// Messages in and out of streams, and bytes on their way to a socket.
#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "node/h2/frames/message_body.h"
#include "node/h2/frames/message_reader.h"
#include "node/h2/frames/out_chain.h"
#include "tests/node/h2/bytes.h"
#include "tests/node/h2/frames.h"

using namespace ringlab;  // NOLINT(google-build-using-namespace): a test
using Step = MessageReader::Step;

TEST_CASE("h2 reader: any messages, any cuts") {
  REQUIRE(rc::check("as they were", [](const std::vector<std::string>& messages) {
    std::string stream;
    for (const std::string& message : messages) stream += frames::Message(message);
    MessageReader reader;
    std::vector<std::string> read;
    while (!stream.empty()) {
      const std::string chunk = stream.substr(0, *rc::gen::inRange(1, 10));
      stream.erase(0, chunk.size());
      std::string_view rest = chunk;
      while (!rest.empty()) {
        if (reader.Read(rest, 1000) == Step::kMessage) read.emplace_back(reader.message());
      }
      reader.Keep();  // the chunk goes away
      if (!read.empty() && reader.at_boundary() && stream.empty()) {
        RC_ASSERT(reader.message() == read.back());
      }
    }
    RC_ASSERT(reader.at_boundary());
    RC_ASSERT(read == messages);
  }));
}

TEST_CASE("h2 reader: a message that is whole is not copied") {
  const std::string stream = frames::Message("hello");
  MessageReader reader;
  std::string_view rest = stream;
  REQUIRE(reader.Read(rest, 5) == Step::kMessage);
  CHECK(reader.message().data() == stream.data() + 5);
  CHECK(reader.held_bytes() == 0);
  reader.Keep();
  CHECK(reader.message() == "hello");
  CHECK(reader.message().data() != stream.data() + 5);
  CHECK(reader.held_bytes() == 5);
}

TEST_CASE("h2 reader: what is no message") {
  const auto read = [](std::string stream) {
    MessageReader reader;
    std::string_view rest = stream;
    return reader.Read(rest, 5);
  };
  CHECK(read(frames::Message("123456")) == Step::kTooLarge);
  CHECK(read(frames::Message("1", 1)) == Step::kCompressed);
  CHECK(read(frames::Message("1", 2)) == Step::kBadFlag);
  CHECK(read(frames::Message("1", -1)) == Step::kBadFlag);
  CHECK(read(frames::Message("12").substr(0, 6)) == Step::kMore);
}

TEST_CASE("h2 reader: memory is taken as bytes come, not as a prefix says") {
  MessageReader reader;
  const std::string prefix = '\0' + frames::Number(30'000'000, 4) + "x";
  std::string_view rest = prefix;
  REQUIRE(reader.Read(rest, 32'000'000) == Step::kMore);
  CHECK(reader.held_bytes() == 1);
}

TEST_CASE("h2 body: copied or lent, in any pieces") {
  for (const std::size_t borrow_from : {std::size_t{1}, std::size_t{1000}}) {
    MessageBody body;
    body.Set("hello", borrow_from);
    CHECK(body.lends() == (borrow_from == 1));
    for (int round = 0; round < 2; ++round) {
      OutChain out;
      while (body.left() > 0) {
        const std::size_t bytes = std::min(body.left(), std::size_t{3});
        if (body.lends()) {
          body.LendTo(out, bytes);
        } else {
          std::uint8_t copy[3];
          body.CopyTo({copy, bytes});
          out.Append({reinterpret_cast<const char*>(copy), bytes});
        }
      }
      CHECK(TakeAll(out) == frames::Message("hello"));
      body.Rewind();
    }
    CHECK(body.TakeBack() == "hello");
  }
}

TEST_CASE("h2 body: messages one after another") {
  MessageBody body;
  body.Add("a");
  body.Add("bc");
  CHECK(body.messages() == 2);
  std::string all(body.left(), '\0');
  body.CopyTo({reinterpret_cast<std::uint8_t*>(all.data()), all.size()});
  CHECK(all == frames::Message("a") + frames::Message("bc"));
  body.Add("d");
  CHECK(body.messages() == 1);
  CHECK(body.left() == 6);
}

TEST_CASE("h2 chain: bytes come out as they went in") {
  REQUIRE(rc::check("any pieces", [] {
    OutChain chain;
    std::string in;
    std::string out;
    for (int i = *rc::gen::inRange(0, 30); i > 0; --i) {
      const std::string piece(*rc::gen::inRange<std::size_t>(0, 20'000), static_cast<char>(i));
      if (*rc::gen::arbitrary<bool>()) {
        chain.Append(piece);
      } else {
        auto owner = std::make_shared<const std::string>(piece);
        chain.Borrow(owner, *owner);
      }
      in += piece;
      iovec vectors[2];
      const std::size_t count = chain.Gather(vectors);
      std::string front;
      for (std::size_t v = 0; v < count; ++v) {
        front.append(static_cast<const char*>(vectors[v].iov_base), vectors[v].iov_len);
      }
      front.resize(*rc::gen::inRange<std::size_t>(0, front.size() + 1));
      chain.Consume(front.size());
      out += front;
      RC_ASSERT(chain.size() == in.size() - out.size());
      RC_ASSERT(chain.appended() == in.size());
    }
    RC_ASSERT(out + TakeAll(chain) == in);
    RC_ASSERT(chain.empty());
  }));
}

TEST_CASE("h2 chain: the heads of many large bodies share a block") {
  OutChain chain;
  const auto body = std::make_shared<const std::string>(16'000, 'x');
  for (int i = 0; i < 20; ++i) {
    chain.Append("a head of a frame");
    chain.Borrow(body, *body);
  }
  iovec pieces[64];
  REQUIRE(chain.Gather(pieces) == 40);
  for (int i = 2; i < 40; i += 2) {
    const auto* const before = static_cast<const char*>(pieces[i - 2].iov_base);
    CHECK(static_cast<const char*>(pieces[i].iov_base) == before + pieces[i - 2].iov_len);
  }
}

TEST_CASE("h2 chain: what is borrowed is kept until it is written, and no longer") {
  OutChain chain;
  auto owner = std::make_shared<const std::string>("hello");
  chain.Borrow(owner, *owner);
  chain.Consume(4);
  CHECK(owner.use_count() == 2);
  chain.Consume(1);
  CHECK(owner.use_count() == 1);
}
