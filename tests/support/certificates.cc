#include "tests/support/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "core/base/check.h"
#include "core/base/read_stream.h"

namespace ringlab {

namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Certificate = std::unique_ptr<X509, FreeCertificate>;

constexpr long kSecondsOfDay = 24L * 60 * 60;

Key NewKey() { return Key(EVP_EC_gen("P-256")); }

void Extend(X509& certificate, X509& issuer, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  RL_CHECK(extension != nullptr);
  X509_add_ext(&certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// Not signed yet.
Certificate NewCertificate(EVP_PKEY& key, const std::string& name, int days) {
  static std::atomic<long> serial{1};
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial.fetch_add(1));
  const long begins = days < 0 ? 2L * days : -1L;
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), begins * kSecondsOfDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * kSecondsOfDay);
  X509_set_pubkey(certificate.get(), &key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

// Beside, then over what is there, so that nobody reads a half of one.
template <class Write>
void Replace(const std::string& path, Write write) {
  const std::string beside = path + ".new";
  std::FILE* const file = std::fopen(beside.c_str(), "w");
  RL_CHECK(file != nullptr);
  RL_CHECK(write(file) == 1);
  std::fclose(file);
  std::filesystem::rename(beside, path);
}

void Store(const CertificateFiles& files, X509& certificate, EVP_PKEY& key) {
  Replace(files.cert, [&](std::FILE* file) { return PEM_write_X509(file, &certificate); });
  Replace(files.key, [&](std::FILE* file) {
    return PEM_write_PrivateKey(file, &key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

}  // namespace

TestFolder::TestFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "ringlab-test-XXXXXX").string();
  RL_CHECK(mkdtemp(pattern.data()) != nullptr);
  path_ = std::move(pattern);
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void WriteFile(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return ReadStream(file).value();
}

struct TestAuthority::Own {
  Key key;
  Certificate certificate;
};

TestAuthority::TestAuthority(const TestFolder& folder, const std::string& name)
    : folder_(folder),
      files_{folder.PathOf(name + ".pem"), folder.PathOf(name + ".key")},
      own_(std::make_unique<Own>()) {
  own_->key = NewKey();
  own_->certificate = NewCertificate(*own_->key, name + " of the tests", 30);
  X509& certificate = *own_->certificate;
  X509_set_issuer_name(&certificate, X509_get_subject_name(&certificate));
  Extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  Extend(certificate, certificate, NID_subject_key_identifier, "hash");
  RL_CHECK(X509_sign(&certificate, own_->key.get(), EVP_sha256()) > 0);
  Store(files_, certificate, *own_->key);
}

TestAuthority::~TestAuthority() = default;

CertificateFiles TestAuthority::Issue(const std::string& name, const std::string& alternatives,
                                      int days) const {
  const Key key = NewKey();
  const Certificate certificate = NewCertificate(*key, name, days);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(own_->certificate.get()));
  Extend(*certificate, *own_->certificate, NID_subject_alt_name, alternatives);
  RL_CHECK(X509_sign(certificate.get(), own_->key.get(), EVP_sha256()) > 0);
  const CertificateFiles files{folder_.PathOf(name + ".pem"), folder_.PathOf(name + ".key")};
  Store(files, *certificate, *key);
  return files;
}

}  // namespace ringlab
