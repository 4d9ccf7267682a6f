#include "node/security/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
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

// Reads what is in memory; null when there is no memory for it.
Bio Over(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
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

std::int64_t UnixTimeOf(const ASN1_TIME& time) {
  tm parts{};
  return ASN1_TIME_to_tm(&time, &parts) == 1 ? timegm(&parts) : 0;
}

// Notes when a certificate ends, or tells that it is not valid now.
Result<void> NoteTimes(const X509& certificate, const std::string& path, Certificates& found) {
  const ASN1_TIME& ends = *X509_get0_notAfter(&certificate);
  const ASN1_TIME& begins = *X509_get0_notBefore(&certificate);
  if (X509_cmp_current_time(&ends) < 0) return Bad(path, "it expired on " + TimeText(ends));
  if (X509_cmp_current_time(&begins) > 0) {
    return Bad(path, "it is not valid before " + TimeText(begins));
  }
  found.not_after = TimeText(ends);
  found.ends_unix = UnixTimeOf(ends);
  return {};
}

// Nobody is there to be asked for a passphrase.
int NoPassphrase(char*, int, int, void*) { return -1; }

}  // namespace

Result<Certificates> ReadCertificates(const std::string& pem, const std::string& path) {
  const Bio file = Over(pem);
  Certificates found;
  for (; found.count < kCertificatesMax; ++found.count) {
    const Certificate certificate = file == nullptr ? nullptr : Next(*file);
    if (certificate == nullptr) break;
    if (found.count > 0) continue;
    if (auto noted = NoteTimes(*certificate, path, found); !noted) {
      return tl::unexpected<Error>(noted.error());
    }
  }
  if (found.count == 0) return Bad(path, "expected a certificate in PEM");
  return found;
}

Result<std::int64_t> EndOfCertificate(const std::string& pem, const std::string& path) {
  const Bio file = Over(pem);
  const Certificate certificate = file == nullptr ? nullptr : Next(*file);
  if (certificate == nullptr) return Bad(path, "expected a certificate in PEM");
  return UnixTimeOf(*X509_get0_notAfter(certificate.get()));
}

Result<Certificates> ReadAuthorities(const std::string& pem, const std::string& path) {
  const Bio file = Over(pem);
  Certificates found;
  Result<void> first;  // what is wrong with it
  bool valid = false;
  for (; found.count < kCertificatesMax; ++found.count) {
    const Certificate certificate = file == nullptr ? nullptr : Next(*file);
    if (certificate == nullptr) break;
    if (valid) continue;
    auto noted = NoteTimes(*certificate, path, found);
    valid = noted.has_value();
    if (!valid && first) first = std::move(noted);
  }
  if (found.count == 0) return Bad(path, "expected a certificate in PEM");
  if (valid) return found;
  if (found.count > 1) {
    first.error().message += ", and none of the " + std::to_string(found.count) + " is valid now";
  }
  return tl::unexpected<Error>(std::move(first.error()));
}

Result<void> CheckKeyOf(const std::string& cert, const std::string& cert_path,
                        const std::string& key, const std::string& key_path) {
  const Bio cert_file = Over(cert);
  const Certificate certificate = cert_file == nullptr ? nullptr : Next(*cert_file);
  if (certificate == nullptr) return Bad(cert_path, "expected a certificate in PEM");
  const Bio key_file = Over(key);
  const Key private_key(PEM_read_bio_PrivateKey(key_file.get(), nullptr, &NoPassphrase, nullptr));
  ERR_clear_error();
  if (private_key == nullptr) {
    return Bad(key_path, "expected a private key in PEM, without a passphrase");
  }
  const bool fits = X509_check_private_key(certificate.get(), private_key.get()) == 1;
  ERR_clear_error();
  if (!fits) return Bad(key_path, "it is not the key of the certificate in \"" + cert_path + "\"");
  return {};
}

}  // namespace ringlab
