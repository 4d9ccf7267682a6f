// Crashes: loaded before a program's libraries, tells where the program was when it died.
//
// RINGLAB_CRASHES names a file to which a program that dies by a signal of its own (a check that
// failed, a fault) appends its command line and its stack. Part of faults.so; its own system calls
// go to the kernel at once, so that none of them is made to fail.
#include <execinfo.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace {

int crashes = -1;  // the file, or none

// Copies a file that is small, without allocating and without those calls that are made to fail.
void CopyTo(int to, const char* path) {
  const int from = static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC));
  char text[512];
  const ssize_t size = syscall(SYS_read, from, text, sizeof text);
  for (ssize_t i = 0; i < size; ++i) {
    if (text[i] == '\0') text[i] = ' ';
  }
  if (size > 0) syscall(SYS_write, to, text, size);
  close(from);
}

void TellOfCrash(int number) {
  dprintf(crashes, "\n# %s: ", strsignal(number));
  CopyTo(crashes, "/proc/self/cmdline");
  dprintf(crashes, "\n");
  void* frames[64];
  backtrace_symbols_fd(frames, backtrace(frames, 64), crashes);
  raise(number);  // by the default now
}

__attribute__((constructor)) void Begin() {
  const char* const path = std::getenv("RINGLAB_CRASHES");
  if (path == nullptr) return;
  crashes = static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CLOEXEC));
  if (crashes < 0) return;
  void* frame = nullptr;
  backtrace(&frame, 1);  // loads what it needs while that is allowed
  struct sigaction action{};
  action.sa_handler = &TellOfCrash;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    sigaction(number, &action, nullptr);
  }
}

}  // namespace
