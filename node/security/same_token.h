// SameToken: whether somebody gave the right secret.
#pragma once

#include <cstddef>
#include <string_view>

namespace ringlab {

// Takes as long whatever is wrong with it, so that it cannot be guessed byte by byte. `wanted` is
// not empty.
inline bool SameToken(std::string_view given, std::string_view wanted) {
  unsigned differences = given.size() == wanted.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    differences |= static_cast<unsigned char>(given[i] ^ wanted[i % wanted.size()]);
  }
  return differences == 0;
}

}  // namespace ringlab
