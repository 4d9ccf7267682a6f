// PEM files, looked at before a TLS library trips over them: it says what is wrong to no one.
//
// Stateless. Errors are kInvalidArgument and name the file, never its contents.
#pragma once

#include <string>

#include "core/base/result.h"

namespace ringlab {

// What there is in a file of certificates.
struct Certificates {
  int count = 0;
  std::string not_after;  // when the first of them ends, as "Nov 21 12:00:00 2027 GMT"
};

// Fails for a file that cannot be read, that has no certificate, or whose first one has expired.
Result<Certificates> ReadCertificates(const std::string& path);

// Fails unless `key` is a private key without a passphrase, that of the first certificate in
// `cert`.
Result<void> CheckKeyOf(const std::string& cert, const std::string& key);

}  // namespace ringlab
