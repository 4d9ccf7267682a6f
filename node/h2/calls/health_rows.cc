#include "node/h2/calls/health_rows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace ringlab {

namespace {

// HealthCheckResponse.ServingStatus
enum class Status : char { kServing = 1, kNotServing = 2, kServiceUnknown = 3 };

std::string Response(Status status) { return {'\x08', static_cast<char>(status)}; }

Status StatusOf(const Health& health) {
  return health.serving() ? Status::kServing : Status::kNotServing;
}

// The wire format of protobuf, as far as a reader needs it that skips what it does not know.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}

  std::optional<std::uint64_t> Varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }
  std::optional<std::string_view> Bytes(std::optional<std::uint64_t> size) {
    if (!size || *size > bytes_.size()) return std::nullopt;
    const std::string_view taken = bytes_.substr(0, *size);
    bytes_.remove_prefix(taken.size());
    return taken;
  }
  bool Skip(std::uint64_t wire_type) {
    switch (wire_type) {
      case 0: return Varint().has_value();
      case 1: return Bytes(8).has_value();
      case 2: return Bytes(Varint()).has_value();
      case 5: return Bytes(4).has_value();
      default: return false;  // groups are of another time
    }
  }
  bool empty() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

}  // namespace

Health::Health(std::vector<std::string> services) : services_(std::move(services)) {
  std::sort(services_.begin(), services_.end());
}

bool Health::knows(std::string_view service) const {
  return service.empty() || std::binary_search(services_.begin(), services_.end(), service);
}

Result<std::string_view> ReadHealthRequest(std::string_view message) {
  constexpr std::uint64_t kServiceTag = 1 << 3 | 2;
  std::string_view service;
  for (Fields fields(message); !fields.empty();) {
    const std::optional<std::uint64_t> tag = fields.Varint();
    if (tag == kServiceTag) {
      const std::optional<std::string_view> name = fields.Bytes(fields.Varint());
      if (!name) return Fail(Code::kInvalidArgument, "expected a HealthCheckRequest");
      service = *name;
    } else if (!tag || *tag >> 3 == 0 || !fields.Skip(*tag & 7)) {
      return Fail(Code::kInvalidArgument, "expected a HealthCheckRequest");
    }
  }
  return service;
}

BuiltinMethods HealthRows(std::shared_ptr<const Health> health) {
  const auto check = [health](std::string_view message) -> Result<std::string> {
    const Result<std::string_view> service = ReadHealthRequest(message);
    if (!service) return tl::unexpected(service.error());
    if (health->knows(*service)) return Response(StatusOf(*health));
    return Fail(Code::kNotFound, "no service \"" + std::string(*service) + "\"");
  };
  const auto watch = [health](std::string_view message) -> Result<std::string> {
    const Result<std::string_view> service = ReadHealthRequest(message);
    if (!service) return tl::unexpected(service.error());
    return Response(health->knows(*service) ? StatusOf(*health) : Status::kServiceUnknown);
  };
  return {{.path = "/grpc.health.v1.Health/Check",
           .shape = BuiltinMethod::Shape::kUnary,
           .reply = check},
          {.path = "/grpc.health.v1.Health/Watch",
           .shape = BuiltinMethod::Shape::kFollow,
           .reply = watch}};
}

}  // namespace ringlab
