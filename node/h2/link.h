// H2Link: the way to one address: a connection when there are calls, the next one before this one's
// stream ids run out or when the server sends it away, and a wait between attempts that fail.
//
// Call and ConnectNow are thread-safe; the rest is for the loop's thread, on which callbacks run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/backoff.h"
#include "core/base/random.h"
#include "core/base/sync.h"
#include "node/h2/client_socket.h"
#include "node/h2/stream/resolver.h"
#include "node/wire/links.h"

namespace ringlab {

// How links try again what failed. A dead peer is tried soon, so that one that comes back is used
// within a second or so.
struct LinkPatience {
  BackoffOptions backoff = {.first = std::chrono::milliseconds(100),
                            .longest = std::chrono::seconds(1),
                            .factor = 1.6,
                            .jitter = 0.2};
  // For TCP and TLS. A process that opens a thousand connections at once answers some late.
  Duration connect_max = std::chrono::seconds(1);
};

// What the links of a process share.
struct LinkShare {
  const H2Limits& limits;
  const LinkPatience& patience;
  const std::string& authorization;
  const TlsContext* tls;  // null: in the clear
  const std::string& tls_name;
  Resolver& resolver;
};

// Events of links, for reports: a dip has a name.
struct LinkCounts {
  std::uint64_t attempts = 0;
  std::uint64_t failed = 0;    // attempts
  std::uint64_t lost = 0;      // connections that ended with calls on them, or unasked
  std::uint64_t replaced = 0;  // by the next, before they ended

  LinkCounts& operator+=(const LinkCounts& more);
};

class H2Link final : public Link, private ClientSocket::Home {
 public:
  H2Link(const LinkShare& share, EventLoop& loop, H2Memory& memory, std::string address);
  ~H2Link() override;

  void Call(OutgoingCall&& call, BytesCallback&& done) override;
  void ConnectNow() override;

  EventLoop& loop() { return loop_; }

  // Ends all calls, and those that come later.
  void Close();

  const H2ClientCounters& counters() const { return counters_; }
  const LinkCounts& counts() const { return counts_; }

 private:
  struct Posted {
    OutgoingCall call;
    BytesCallback done;
  };

  void TakePosted();
  void Begin(OutgoingCall&& call, BytesCallback&& done);
  void Refuse(const OutgoingCall& call, BytesCallback done) const;
  bool Connect();
  void Replace();
  void StartAll(std::vector<ClientRequest> requests);
  ClientRequest RequestOf(OutgoingCall&& call, BytesCallback&& done);
  void OnFed(TimePoint read_at) override { fed_at_ = read_at; }
  void OnFull(ClientSocket& socket) override;
  void OnOver(ClientSocket& socket, const std::string& why) override;
  void Failed(const std::string& why);
  std::unique_ptr<ClientSocket> TakeOut(ClientSocket& socket);

  const LinkShare& share_;
  EventLoop& loop_;
  const std::string address_;
  const std::string host_;
  const ClientIdentity identity_;
  H2ClientCounters counters_;
  LinkCounts counts_;
  const H2ClientWorld world_;
  Rng rng_;

  std::unique_ptr<ClientSocket> socket_;  // for new calls; null: none yet, or the last one failed
  std::vector<std::unique_ptr<ClientSocket>> retiring_;  // with calls that they still answer
  std::uint64_t attempt_ = 0;
  TimePoint began_{};     // the last attempt
  TimePoint retry_at_{};  // until then calls fail at once, with `why_`
  std::string why_;
  std::uint32_t failures_ = 0;  // in a row
  TimePoint fed_at_ = kNever;
  bool closed_ = false;

  Mutex mutex_;
  std::vector<Posted> posted_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
