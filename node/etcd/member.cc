#include "node/etcd/member.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/base/parse.h"

namespace ringlab {

namespace {

constexpr std::string_view kNamed = "name=";
constexpr std::size_t kLogBytesMax = 48;

bool IsPlain(char c) { return c > ' ' && c < '\x7f'; }

// A name goes into lines whose parts are divided by spaces, and into lists with commas.
bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kEtcdNameBytesMax && std::ranges::all_of(name, [](char c) {
    return (IsPlain(c) || static_cast<unsigned char>(c) >= 0x80) && c != ',' && c != '=';
  });
}

bool IsAddress(std::string_view address) {
  return address.size() <= kEtcdNameBytesMax && std::ranges::all_of(address, IsPlain) &&
         address.find_first_of(",=/\"") == std::string_view::npos && CanBeDialled(address);
}

Result<Peer> PeerAt(std::string_view address, std::string_view name) {
  if (!IsAddress(address)) {
    return Fail(Code::kInvalidArgument,
                "\"" + ForLog(address) + "\": expected an address, HOST:PORT");
  }
  if (!IsName(name)) {
    return Fail(Code::kInvalidArgument, "the name \"" + ForLog(name) +
                                            "\": expected one without spaces, commas and equals "
                                            "signs, of 1 to 255 bytes");
  }
  return Peer{std::string(name), std::string(address)};
}

// "name=n0", alone or among other parts: "weight:10;name=n0".
std::string_view NameIn(std::string_view metadata) {
  for (const std::string_view part : SplitAt(metadata, ';')) {
    if (part.starts_with(kNamed)) return part.substr(kNamed.size());
  }
  return "";
}

Result<Peer> ReadObject(const nlohmann::json& object) {
  const auto address = object.find("Addr");
  if (address == object.end() || !address->is_string()) {
    return Fail(Code::kInvalidArgument, "an object without a string \"Addr\"");
  }
  const auto& text = address->get_ref<const std::string&>();
  const auto metadata = object.find("Metadata");
  const std::string_view name = metadata != object.end() && metadata->is_string()
                                    ? NameIn(metadata->get_ref<const std::string&>())
                                    : std::string_view();
  return PeerAt(text, name.empty() ? text : name);
}

// Deep nesting costs stack at the end of a value's life, so it is not let in.
nlohmann::json ParseFlat(std::string_view text) {
  constexpr int kDepthMax = 8;
  const auto shallow = [](int depth, nlohmann::json::parse_event_t, const nlohmann::json&) {
    return depth <= kDepthMax;
  };
  return nlohmann::json::parse(text, shallow, /*allow_exceptions=*/false);
}

}  // namespace

std::string EtcdKeyOf(std::string_view service, std::string_view address) {
  return std::string(service) + "/" + std::string(address);
}

std::string EtcdValueOf(const Peer& peer) {
  nlohmann::ordered_json value{{"Op", 0}, {"Addr", peer.address}, {"Metadata", nullptr}};
  if (peer.name != peer.address) value["Metadata"] = std::string(kNamed) + peer.name;
  return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<Peer> ReadEtcdValue(std::string_view value) {
  if (value.size() > kEtcdValueBytesMax) {
    return Fail(Code::kInvalidArgument, std::to_string(value.size()) +
                                            " bytes: expected an entry of at most " +
                                            std::to_string(kEtcdValueBytesMax));
  }
  const std::size_t first = value.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return Fail(Code::kInvalidArgument, "no value");
  if (value[first] != '{') {
    const std::size_t last = value.find_last_not_of(" \t\r\n");
    const std::string_view text = value.substr(first, last - first + 1);
    return PeerAt(text, text);
  }
  const nlohmann::json object = ParseFlat(value);
  if (!object.is_object()) {
    return Fail(Code::kInvalidArgument, "\"" + ForLog(value) + "\": not sound as JSON");
  }
  return ReadObject(object);
}

std::string ForLog(std::string_view bytes) {
  std::string text;
  for (const char c : bytes.substr(0, kLogBytesMax)) {
    if (c == '"') {  // it would seem to end the quotes that it stands in
      text += "\\\"";
      continue;
    }
    if ((IsPlain(c) && c != '\\') || c == ' ') {
      text += c;
      continue;
    }
    std::array<char, 8> escaped{};
    std::snprintf(escaped.data(), escaped.size(), "\\x%02x", static_cast<unsigned char>(c));
    text += escaped.data();
  }
  return text + (bytes.size() > kLogBytesMax ? "..." : "");
}

}  // namespace ringlab
