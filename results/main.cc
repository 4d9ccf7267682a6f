// results: stored runs, reports and regression verdicts. Not built yet.
#include <iostream>

int main() {
  std::cerr << "results: not built yet; loadgen --json FILE writes the results that it will read\n";
  return 2;
}
