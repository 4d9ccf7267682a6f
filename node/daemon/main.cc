// cachenode. Apart from its program, so that the compiler reads the program's headers once.
#include "node/daemon/program.h"

int main(int argc, char** argv) { return ringlab::RunCachenode(argc, argv); }
