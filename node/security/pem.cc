#include "node/security/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace ringlab {

namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* what) const {
    Free(what);
  }
};
using Bio = std::unique_ptr<BIO, Freed<&BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<&X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<&EVP_PKEY_free>>;

constexpr int kCertificatesMax = 1000;  // of authorities in one file

tl::unexpected<Error> Bad(const std::string& path, const std::string& expected) {
  return Fail(Code::kInvalidArgument, "\"" + path + "\": " + expected);
}

Result<Bio> Open(const std::string& path) {
  Bio file(BIO_new_file(path.c_str(), "r"));
  if (file != nullptr) return file;
  const std::string why = std::strerror(errno);
  ERR_clear_error();
  return Bad(path, why + "; expected a PEM file");
}

// The next one, or null.
Certificate Next(BIO& file) {
  Certificate certificate(PEM_read_bio_X509(&file, nullptr, nullptr, nullptr));
  ERR_clear_error();
  return certificate;
}

std::string TimeText(const ASN1_TIME& time) {
  const Bio out(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(out.get(), &time);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

// Nobody is there to be asked for a passphrase.
int NoPassphrase(char*, int, int, void*) { return -1; }

}  // namespace

Result<Certificates> ReadCertificates(const std::string& path) {
  const auto file = Open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  Certificates found;
  while (found.count < kCertificatesMax) {
    const Certificate certificate = Next(**file);
    if (certificate == nullptr) break;
    if (found.count++ > 0) continue;
    const ASN1_TIME& ends = *X509_get0_notAfter(certificate.get());
    found.not_after = TimeText(ends);
    if (X509_cmp_current_time(&ends) < 0) return Bad(path, "it expired on " + found.not_after);
    const ASN1_TIME& begins = *X509_get0_notBefore(certificate.get());
    if (X509_cmp_current_time(&begins) > 0) {
      return Bad(path, "it is not valid before " + TimeText(begins));
    }
  }
  if (found.count == 0) return Bad(path, "expected a certificate in PEM");
  return found;
}

Result<void> CheckKeyOf(const std::string& cert, const std::string& key) {
  const auto cert_file = Open(cert);
  if (!cert_file) return tl::unexpected<Error>(cert_file.error());
  const auto key_file = Open(key);
  if (!key_file) return tl::unexpected<Error>(key_file.error());
  const Certificate certificate = Next(**cert_file);
  if (certificate == nullptr) return Bad(cert, "expected a certificate in PEM");
  const Key private_key(PEM_read_bio_PrivateKey(key_file->get(), nullptr, &NoPassphrase, nullptr));
  ERR_clear_error();
  if (private_key == nullptr) {
    return Bad(key, "expected a private key in PEM, without a passphrase");
  }
  const bool fits = X509_check_private_key(certificate.get(), private_key.get()) == 1;
  ERR_clear_error();
  if (!fits) return Bad(key, "it is not the key of the certificate in \"" + cert + "\"");
  return {};
}

}  // namespace ringlab
