// sim: virtual nodes in one process and a ring-skew report. Not built yet.
#include <iostream>

int main() {
  std::cerr << "sim: not built yet; what exists: cachenode and loadgen\n";
  return 2;
}
