#include "sim/plan/client_request.h"

#include <algorithm>
#include <utility>

#include "core/source/synthetic_value.h"
#include "loadgen/plan/workload.h"

namespace ringlab {

namespace {

constexpr std::uint64_t kVersionBytes = 8;  // smaller values cannot show one

std::size_t SizeOf(const PlannedRequest& set, const std::string& key,
                   const ClientOptions& options) {
  if (set.size == 0) return SyntheticSize(options.values, key);
  return std::clamp<std::uint64_t>(set.size, kVersionBytes, options.set_bytes_max);
}

WriteCallback Returning(ClientRequest request, WriteAnswered written) {
  return [request = std::move(request), written = std::move(written)](
             const Result<void>& reply) mutable { written(std::move(request), reply); };
}

}  // namespace

ClientRequest RequestOf(const PlannedRequest& planned, const ClientOptions& options) {
  ClientRequest request;
  AppendKey(planned, {}, request.key);
  request.operation = planned.operation;
  request.turn = planned.index;
  if (planned.operation != Operation::kSet) return request;
  request.set_bytes = SizeOf(planned, request.key, options);
  request.version = options.values.version + 1 + planned.index;
  request.ttl = planned.ttl;
  return request;
}

// The request moves away before the transport has read names and keys: these are copies.
void Ask(Transport& transport, const std::string& group, ClientRequest request, GetAnswered got,
         WriteAnswered written) {
  const std::string to = request.to();
  const std::string key = request.key;
  const TimePoint deadline = request.deadline;
  switch (request.operation) {
    case Operation::kGet:
      return transport.Get(
          to, {.group = group, .key = key, .deadline = deadline},
          [request = std::move(request), got = std::move(got)](
              const Result<GetReply>& reply) mutable { got(std::move(request), reply); });
    case Operation::kSet: {
      const Value value = MakeSyntheticValue(key, request.version, request.set_bytes);
      const SetRequest set{.group = group,
                           .key = key,
                           .value = value.view(),
                           .ttl = request.ttl,
                           .deadline = deadline};
      return transport.Set(to, set, Returning(std::move(request), std::move(written)));
    }
    case Operation::kRemove:
      return transport.Remove(to, {.group = group, .key = key, .deadline = deadline},
                              Returning(std::move(request), std::move(written)));
  }
}

}  // namespace ringlab
