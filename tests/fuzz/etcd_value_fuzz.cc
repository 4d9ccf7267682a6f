// An entry of a cluster in etcd: anybody who may write there writes any bytes.
#include "core/base/check.h"
#include "node/etcd/member.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ringlab;
  const auto read = ReadEtcdValue(AsText(data, size));
  if (!read) {
    for (const char c : read.error().message) RL_CHECK(c >= ' ' && c != '\x7f');
    return 0;
  }
  RL_CHECK(CanBeDialled(read->address));
  RL_CHECK(read->name.find_first_of(" ,=\n") == std::string::npos);
  RL_CHECK(ReadEtcdValue(EtcdValueOf(*read)) == *read);
  return 0;
}
