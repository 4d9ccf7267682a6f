#include "node/etcd/credentials.h"

#include <fstream>
#include <sstream>
#include <string>
#include <utility>

namespace ringlab {

namespace {

// Of a key its content is told to nobody.
Result<std::string> ReadPem(const char* flag, const std::string& file) {
  if (file.empty()) return "";
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) {
    return Fail(Code::kInvalidArgument,
                std::string(flag) + ": \"" + file + "\": cannot be read; expected a PEM file");
  }
  if (text.str().find("-----BEGIN ") == std::string::npos) {
    return Fail(Code::kInvalidArgument,
                std::string(flag) + ": \"" + file + "\": no PEM in it; expected \"-----BEGIN …\"");
  }
  return text.str();
}

}  // namespace

Result<std::shared_ptr<grpc::ChannelCredentials>> EtcdCredentials(const EtcdOptions& options) {
  if (options.ca_file.empty()) return grpc::InsecureChannelCredentials();
  auto ca = ReadPem("--etcd-ca", options.ca_file);
  if (!ca) return tl::unexpected<Error>(ca.error());
  auto cert = ReadPem("--etcd-cert", options.cert_file);
  if (!cert) return tl::unexpected<Error>(cert.error());
  auto key = ReadPem("--etcd-key", options.key_file);
  if (!key) return tl::unexpected<Error>(key.error());
  return grpc::SslCredentials({.pem_root_certs = *std::move(ca),
                               .pem_private_key = *std::move(key),
                               .pem_cert_chain = *std::move(cert)});
}

}  // namespace ringlab
