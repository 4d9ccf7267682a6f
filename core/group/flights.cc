#include "core/group/flights.h"

#include <algorithm>
#include <utility>

#include "core/group/flight_table.h"

namespace ringlab {

Flight::Flight(std::shared_ptr<internal::FlightTable> table,
               std::shared_ptr<internal::FlightState> state)
    : table_(std::move(table)), state_(std::move(state)) {}

Flight::~Flight() {
  if (state_) Land(Fail(Code::kInternal, "load \"" + state_->key + "\": the load was dropped"));
}

std::string_view Flight::key() const { return state_->key; }
std::uint64_t Flight::key_hash() const { return state_->key_hash; }
TimePoint Flight::deadline() const { return state_->limit; }
TimePoint Flight::wanted_by() const { return std::min(state_->limit, state_->leader_leaves); }
const Trace& Flight::trace() const { return state_->trace; }
bool Flight::timed() const { return state_->timed; }
TimePoint Flight::opened() const { return state_->opened; }
const std::atomic<bool>& Flight::superseded() const { return state_->superseded; }

void Flight::Land(const Result<GetReply>& reply) {
  if (!state_) return;
  const auto state = std::exchange(state_, nullptr);
  std::exchange(table_, nullptr)->Land(*state, reply);
}

void Add(const FlightsStats& more, FlightsStats& sum) {
  for (const auto count :
       {&FlightsStats::led, &FlightsStats::joined, &FlightsStats::refused, &FlightsStats::landed,
        &FlightsStats::timed_out, &FlightsStats::superseded, &FlightsStats::answered_ok,
        &FlightsStats::answered_not_found, &FlightsStats::answered_timeout,
        &FlightsStats::answered_error}) {
    sum.*count += more.*count;
  }
}

Flights::Flights(Scheduler& scheduler, FlightsOptions options) {
  const std::size_t shards = std::max<std::size_t>(options.shards, 1);
  options.flights_max = (options.flights_max + shards - 1) / shards;
  for (std::size_t i = 0; i < shards; ++i) {
    tables_.push_back(std::make_shared<internal::FlightTable>(scheduler, options));
  }
}

Flights::~Flights() { Close(); }

void Flights::Close() {
  for (const auto& table : tables_) table->CloseAll();
}

// By bits that neither the cache's parts nor a table's buckets go by.
const std::shared_ptr<internal::FlightTable>& Flights::TableOf(std::uint64_t key_hash) const {
  constexpr int kOtherBits = 24;
  return tables_[(key_hash >> kOtherBits) % tables_.size()];
}

Flight Flights::Join(const GetRequest& request, std::uint64_t key_hash, GetCallback done) {
  const auto& table = TableOf(key_hash);
  auto led = table->Join(request, key_hash, std::move(done));
  return led ? Flight(table, std::move(led)) : Flight();
}

Flight Flights::TryLead(const GetRequest& request, std::uint64_t key_hash) {
  const auto& table = TableOf(key_hash);
  auto led = table->Join(request, key_hash, nullptr);
  return led ? Flight(table, std::move(led)) : Flight();
}

void Flights::Supersede(std::string_view key, std::uint64_t key_hash) {
  TableOf(key_hash)->Supersede(key, key_hash);
}

FlightsStats Flights::stats() const {
  FlightsStats sum;
  for (const auto& table : tables_) Add(table->stats(), sum);
  return sum;
}

}  // namespace ringlab
