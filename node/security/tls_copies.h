// TlsCopies: the certificates in use, apart from the files that they came from.
//
// gRPC reads the files that it is given once a second, and uses what it finds: half a file, or a
// certificate that has expired, and no connection can be made any more. So it is given copies, in
// memory, that follow their files when these have changed and are in order.
//
// For one thread. Ends after whoever reads the copies.
#pragma once

#include <array>
#include <string>

#include "core/base/result.h"
#include "node/security/security.h"

namespace ringlab {

class TlsCopies {
 public:
  // kInvalidArgument when the files cannot serve, as CheckTls says it; kResourceExhausted when
  // there is no descriptor or memory for a copy.
  static Result<TlsCopies> Of(const TlsFiles& files);

  TlsCopies(TlsCopies&& other) noexcept;
  TlsCopies& operator=(TlsCopies&&) = delete;
  ~TlsCopies();

  // What gRPC is to read: as the files, but for the paths.
  TlsFiles copies() const;

  // Looks at the files. True when they are others than those in use, and in use from now on; an
  // error when they are others and cannot serve, or cannot be read or copied for now, once for each
  // trouble: then the copies stay as they are, and the next look tries again.
  Result<bool> Follow();

 private:
  static constexpr std::size_t kFiles = 3;  // certificate, key, authorities

  explicit TlsCopies(TlsFiles files) : files_(std::move(files)) {}

  Result<bool> Look();
  Result<void> Take(const TlsContents& contents);

  TlsFiles files_;
  TlsContents used_;
  std::string told_;  // the last trouble; "" when the last look was good
  std::array<int, kFiles> copies_ = {-1, -1, -1};  // descriptors; -1 for a file that is not given
};

}  // namespace ringlab
