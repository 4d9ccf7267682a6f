#include "node/settings/security_flags.h"

#include <CLI/CLI.hpp>

#include "node/live/flags.h"

namespace ringlab {

namespace {

void AddFile(CLI::App& app, SecurityFlags& flags, const std::string& name, std::string& value,
             const std::string& description, const char* metavar = "FILE") {
  auto noted = [&flags, name](const std::string& text) -> Result<std::string> {
    if (text.empty()) return Fail(Code::kInvalidArgument, "\"\": expected a path");
    flags.arguments.insert(flags.arguments.end(), {name, text});
    return text;
  };
  AddFlag(app, name, value, noted, description, metavar);
}

}  // namespace

void AddSecurityFlags(CLI::App& app, SecurityFlags& flags) {
  TlsFiles& tls = flags.security.tls;
  AddFile(app, flags, "--tls-cert", tls.cert,
          "Certificate to show, PEM, with its issuers; turns TLS on");
  AddFile(app, flags, "--tls-key", tls.key, "The private key of --tls-cert, PEM");
  AddFile(app, flags, "--tls-ca", tls.ca,
          "Who issues the other side's certificates, PEM; without it,\nthe system's authorities");
  AddFile(app, flags, "--tls-name", tls.name,
          "Name in a server's certificate, instead of the address that\nwas dialled", "NAME");
  app.add_flag_callback(
      "--require-client-cert",
      [&flags] {
        flags.security.tls.require_client_cert = true;
        flags.arguments.emplace_back("--require-client-cert");
      },
      "Nodes refuse who shows no certificate of --tls-ca");
  auto read = [&flags](const std::string& path) {
    auto token = ReadToken(path);
    if (token) flags.arguments.insert(flags.arguments.end(), {"--token-file", path});
    return token;
  };
  AddFlag(app, "--token-file", flags.security.token, read,
          "File with the bearer token that every call must bring", "FILE");
}

}  // namespace ringlab
