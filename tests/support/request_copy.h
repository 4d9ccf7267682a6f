// Requests with bytes of their own, for tests that keep them beyond the call.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/types.h"

namespace ringlab {

// The parts that every request has.
template <class Request>
struct RouteCopy {
  explicit RouteCopy(const Request& from) : group(from.group), origin(from.origin), request(from) {
    request.group = group;
    request.origin = origin;
  }
  RouteCopy(const RouteCopy&) = delete;
  RouteCopy& operator=(const RouteCopy&) = delete;

  std::string group, origin;
  Request request;
};

template <class Request>
struct CopyOf : RouteCopy<Request> {
  explicit CopyOf(const Request& from) : RouteCopy<Request>(from), key(from.key) {
    this->request.key = key;
  }
  std::string key;
};

template <>
struct CopyOf<GetManyRequest> : RouteCopy<GetManyRequest> {
  explicit CopyOf(const GetManyRequest& from)
      : RouteCopy<GetManyRequest>(from), bytes(from.keys.begin(), from.keys.end()) {
    keys.assign(bytes.begin(), bytes.end());
    request.keys = keys;
  }
  std::vector<std::string> bytes;
  std::vector<std::string_view> keys;
};

template <>
struct CopyOf<SetRequest> : RouteCopy<SetRequest> {
  explicit CopyOf(const SetRequest& from)
      : RouteCopy<SetRequest>(from), key(from.key), value(from.value) {
    request.key = key;
    request.value = value;
  }
  std::string key, value;
};

}  // namespace ringlab
