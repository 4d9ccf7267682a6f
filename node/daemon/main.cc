// cachenode. Apart from its program, so that the compiler reads the program's headers once.
#include "node/daemon/program.h"
#include "node/live/file_limit.h"
#include "node/live/outputs.h"

int main(int argc, char** argv) {
  ringlab::KeepStandardFiles();
  ringlab::RaiseFileLimit();
  return ringlab::AfterStdout("cachenode", ringlab::RunCachenode(argc, argv));
}
