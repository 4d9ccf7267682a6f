// PEM files, looked at before a TLS library trips over them: it says what is wrong to no one.
//
// Stateless. Takes what a file holds, and its path for messages: they name the file, never its
// contents. Errors are kInvalidArgument.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/result.h"

namespace ringlab {

// What there is in a file of certificates.
struct Certificates {
  int count = 0;
  std::string not_after;       // when the first of them ends, as "Nov 21 12:00:00 2027 GMT"
  std::int64_t ends_unix = 0;  // the same, in seconds since 1970
};

// Of the certificate that a process shows, with those of its issuers behind it. Fails when there is
// none, or the first one has ended or not begun.
Result<Certificates> ReadCertificates(const std::string& pem, const std::string& path);

// When the first certificate ends, in seconds since 1970, whether that is past or not.
Result<std::int64_t> EndOfCertificate(const std::string& pem, const std::string& path);

// Of authorities, in any order: the first that is valid now. Fails when there is none: what has
// ended is left behind in such files, and a successor is put there before it begins.
Result<Certificates> ReadAuthorities(const std::string& pem, const std::string& path);

// Fails unless `key` is a private key without a passphrase, that of the first certificate in
// `cert`.
Result<void> CheckKeyOf(const std::string& cert, const std::string& cert_path,
                        const std::string& key, const std::string& key_path);

}  // namespace ringlab
