#include "node/etcd/flags.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "core/base/parse.h"
#include "core/base/read_stream.h"
#include "node/etcd/member.h"
#include "node/live/flag_values.h"
#include "node/live/flags.h"

namespace ringlab {

namespace {

constexpr const char* kPasswordVariable = "RINGLAB_ETCD_PASSWORD";
constexpr std::size_t kPasswordBytesMax = 4096;

Result<std::vector<std::string>> ParseEndpoints(const std::string& text) {
  std::vector<std::string> endpoints;
  for (const std::string_view part : SplitAt(text, ',')) {
    if (!CanBeDialled(part) || part.find('/') != std::string_view::npos) {
      return RefuseValue(std::string(part),
                         "HOST:PORT, such as 127.0.0.1:2379; TLS is spoken with --etcd-ca");
    }
    endpoints.emplace_back(part);
  }
  if (endpoints.empty()) return RefuseValue(text, "HOST:PORT of etcd's members, one or more");
  return endpoints;
}

// A prefix must end where a name of a service ends.
Result<std::string> ParseService(const std::string& text) {
  if (!text.empty() && text.size() <= kEtcdNameBytesMax && text.back() != '/' &&
      text.find_first_of(" \t\r\n") == std::string::npos) {
    return text;
  }
  return RefuseValue(text, "a name without spaces, and without a slash at its end");
}

Result<Duration> ParseTtl(const std::string& text) {
  const auto ttl = ParseDuration(text);
  if (ttl && *ttl >= std::chrono::seconds(1) && *ttl <= std::chrono::hours(1)) return *ttl;
  return RefuseValue(text, "a duration from 1s to 1h, such as 10s");
}

// Where nobody can dial: any address, or any port.
bool IsWildcard(const std::string& address) {
  return address.starts_with("0.0.0.0:") || address.starts_with("[::]:") ||
         address.starts_with("*:");
}

Result<std::string> ParseAdvertise(const std::string& text) {
  if (ReadEtcdValue(text) && !IsWildcard(text)) return text;
  return RefuseValue(text, "HOST:PORT that the other nodes can dial, so no 0.0.0.0 and no port 0");
}

Result<std::string> ReadPassword(const EtcdOptions& options) {
  if (options.password_file.empty()) {
    const char* const given = std::getenv(kPasswordVariable);
    if (given != nullptr) return given;
    return Fail(Code::kInvalidArgument, std::string("--etcd-user: expected its password in ") +
                                            "--etcd-password-file or in the environment's " +
                                            kPasswordVariable);
  }
  std::ifstream file(options.password_file, std::ios::binary);
  std::string text = ReadStream(file).value_or("");
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (!text.empty() && text.size() <= kPasswordBytesMax) return text;
  return Fail(Code::kInvalidArgument, "--etcd-password-file: \"" + options.password_file +
                                          "\": expected a file with a password in it");
}

}  // namespace

void AddEtcdFlags(CLI::App& app, EtcdOptions& o, bool registers) {
  AddFlag(app, "--etcd", o.endpoints, ParseEndpoints,
          registers ? "Members of the etcd that keeps the list of nodes, instead of --peers"
                    : "Ask this etcd for the nodes, instead",
          "HOST:PORT,...");
  // What means nothing without it is noted, so that it is not ignored.
  const auto add = [&app, &o](const std::string& name, auto& value, auto parse,
                              const std::string& description, const std::string& metavar,
                              const std::string& shown = "") {
    const auto noting = [&o, name, parse](const std::string& text) {
      o.partners.push_back(name);
      return parse(text);
    };
    AddFlag(app, name, value, noting, description, metavar, shown);
  };
  add("--service", o.service, ParseService, "With --etcd: entries are NAME/HOST:PORT", "NAME",
      o.service);
  if (registers) {
    add("--etcd-ttl", o.ttl, ParseTtl, "A node that is silent so long is taken off", "TIME", "10s");
    add("--advertise", o.advertise, ParseAdvertise, "Where the other nodes dial this one",
        "HOST:PORT", "the address listened on");
  }
  add("--etcd-user", o.user, AnyText,
      "User of etcd; the password is in --etcd-password-file or in the\n"
      "environment's RINGLAB_ETCD_PASSWORD",
      "NAME");
  add("--etcd-password-file", o.password_file, AnyText, "File with that password", "FILE");
  add("--etcd-ca", o.ca_file, AnyText, "Speak TLS; PEM file of who signs etcd's", "FILE");
  add("--etcd-cert", o.cert_file, AnyText, "PEM file of our certificate for etcd", "FILE");
  add("--etcd-key", o.key_file, AnyText, "PEM file of its key", "FILE");
}

std::string SettleEtcd(EtcdOptions& o) {
  if (o.endpoints.empty() && !o.partners.empty())
    return o.partners.front() + ": expected --etcd with it";
  if (o.cert_file.empty() != o.key_file.empty()) {
    return std::string(o.key_file.empty() ? "--etcd-cert" : "--etcd-key") +
           ": expected --etcd-cert and --etcd-key together";
  }
  if (!o.cert_file.empty() && o.ca_file.empty()) return "--etcd-cert: expected --etcd-ca with it";
  if (o.user.empty()) {
    return o.password_file.empty() ? "" : "--etcd-password-file: expected --etcd-user with it";
  }
  auto password = ReadPassword(o);
  if (!password) return password.error().message;
  o.password = *std::move(password);
  return "";
}

std::string SettleAdvertised(EtcdOptions& o, const std::string& listen) {
  if (!o.advertise.empty()) return "";
  if (IsWildcard(listen)) {
    return "--listen: \"" + listen + "\" is no address to dial; expected --advertise HOST:PORT " +
           "with it, where the other nodes reach this one";
  }
  if (!listen.ends_with(":0")) o.advertise = listen;
  return "";
}

std::string ComplaintAboutMember(const Peer& self) {
  const auto read = ReadEtcdValue(EtcdValueOf(self));
  if (read && *read == self) return "";
  return "--name: \"" + self.name + "\": with --etcd, expected UTF-8 of 1 to 255 bytes without " +
         "control characters, semicolons and the like: others must read it as it is";
}

}  // namespace ringlab
