// FewDescriptors: while it lives, the process gets no more descriptors than so many beyond those it
// has.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "node/h2/loop/descriptor.h"

namespace ringlab {

class FewDescriptors {
 public:
  explicit FewDescriptors(int more) {
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before_) == 0);
    const Descriptor next(dup(0));
    rlimit few = before_;
    few.rlim_cur = static_cast<rlim_t>(next.get() + more);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &few) == 0);
  }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;
  ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace ringlab
