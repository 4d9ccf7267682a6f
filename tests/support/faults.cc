// Faults: a library to be loaded before a program's others (LD_PRELOAD), whose system calls fail
// now and then, as on a machine that runs out of descriptors, memory and network.
//
// RINGLAB_FAULTS names a file that the test and the program share: 64-bit words, first how many of
// a million calls fail, which the test may change at any time, then a seed, then for each call of
// kCalls how often it was made and how often it failed. tests/tools/faults.py is the other side.
// Whether the nth call of a kind fails depends on the seed, the kind and n alone.
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

enum Call : unsigned {
  kOpen,
  kFopen,
  kRead,
  kWrite,
  kMemfd,
  kAccept,
  kEpollCtl,
  kEpollWait,
  kConnect,
  kSocket,
  kSend,
  kRecv,
  kMmap,
  kMalloc,
  kPread,
  kPwrite,
  kSync,
  kCalls
};

struct Shared {
  std::atomic<std::uint64_t> per_million;
  std::uint64_t seed;
  struct {
    std::atomic<std::uint64_t> made;
    std::atomic<std::uint64_t> failed;
  } calls[kCalls];
};

// An eventfd, timerfd or signalfd: reading and writing them fails for nothing that happens outside.
bool IsKernels(int file) {
  struct stat status{};
  return fstat(file, &status) == 0 && (status.st_mode & S_IFMT) == 0;
}

template <class F>
F* Next(const char* name) {
  return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
}

// Null when there is none: then nothing fails.
Shared* Map() {
  const char* const path = std::getenv("RINGLAB_FAULTS");
  if (path == nullptr) return nullptr;
  const int file = Next<int(const char*, int, ...)>("open")(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* const at = Next<void*(void*, std::size_t, int, int, int, off_t)>("mmap")(
      nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  return at == MAP_FAILED ? nullptr : static_cast<Shared*>(at);
}

Shared* shared = nullptr;
const char* program_begin = nullptr;
const char* program_end = nullptr;

// The program's own code, which comes first: what libraries allocate is not its doing.
int NoteProgram(dl_phdr_info* loaded, std::size_t, void*) {
  for (int i = 0; i < loaded->dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = loaded->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
    program_begin = reinterpret_cast<const char*>(loaded->dlpi_addr + part.p_vaddr);
    program_end = program_begin + part.p_memsz;
  }
  return 1;
}

__attribute__((constructor)) void Begin() {
  dl_iterate_phdr(&NoteProgram, nullptr);
  shared = Map();
}

std::uint64_t Mixed(std::uint64_t x) {  // splitmix64's finisher
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

bool Fails(Call call) {
  if (shared == nullptr) return false;
  const std::uint64_t rate = shared->per_million.load(std::memory_order_relaxed);
  if (rate == 0) return false;
  const std::uint64_t n = shared->calls[call].made.fetch_add(1);
  if (Mixed(shared->seed + (std::uint64_t{call} << 48) + n) % 1'000'000 >= rate) return false;
  shared->calls[call].failed.fetch_add(1);
  return true;
}

// One of these, by turns.
template <class... Errors>
int FailWith(Errors... errors) {
  static std::atomic<unsigned> turn{0};
  const int all[] = {errors...};
  errno = all[turn.fetch_add(1) % sizeof...(errors)];
  return -1;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  if (Fails(kOpen)) return FailWith(EMFILE, ENFILE, EIO, ENOMEM);
  static auto* const next = Next<int(const char*, int, ...)>("open");
  return next(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  if (Fails(kOpen)) return FailWith(EMFILE, ENFILE, EIO, ENOMEM);
  static auto* const next = Next<int(const char*, int, ...)>("open64");
  return next(path, flags, mode);
}

FILE* fopen(const char* path, const char* mode) {
  if (Fails(kFopen)) return FailWith(EMFILE, ENFILE, ENOMEM), nullptr;
  static auto* const next = Next<FILE*(const char*, const char*)>("fopen");
  return next(path, mode);
}

FILE* fopen64(const char* path, const char* mode) {
  if (Fails(kFopen)) return FailWith(EMFILE, ENFILE, ENOMEM), nullptr;
  static auto* const next = Next<FILE*(const char*, const char*)>("fopen64");
  return next(path, mode);
}

ssize_t read(int file, void* into, std::size_t size) {
  if (!IsKernels(file) && Fails(kRead)) return FailWith(EIO, EINTR);
  static auto* const next = Next<ssize_t(int, void*, std::size_t)>("read");
  return next(file, into, size);
}

ssize_t write(int file, const void* from, std::size_t size) {
  // Logs are the test's ears.
  if (file > 2 && !IsKernels(file) && Fails(kWrite)) return FailWith(EIO, ENOSPC, EINTR);
  static auto* const next = Next<ssize_t(int, const void*, std::size_t)>("write");
  return next(file, from, size);
}

ssize_t pread64(int file, void* into, std::size_t size, off64_t at) {
  if (Fails(kPread)) return FailWith(EIO);
  static auto* const next = Next<ssize_t(int, void*, std::size_t, off64_t)>("pread64");
  return next(file, into, size, at);
}

ssize_t pwrite64(int file, const void* from, std::size_t size, off64_t at) {
  if (Fails(kPwrite)) return FailWith(EIO, ENOSPC);
  static auto* const next = Next<ssize_t(int, const void*, std::size_t, off64_t)>("pwrite64");
  return next(file, from, size, at);
}

int fsync(int file) {
  if (Fails(kSync)) return FailWith(EIO, ENOSPC);
  static auto* const next = Next<int(int)>("fsync");
  return next(file);
}

int fdatasync(int file) {
  if (Fails(kSync)) return FailWith(EIO, ENOSPC);
  static auto* const next = Next<int(int)>("fdatasync");
  return next(file);
}

int memfd_create(const char* name, unsigned flags) noexcept {
  if (Fails(kMemfd)) return FailWith(EMFILE, ENFILE, ENOMEM);
  static auto* const next = Next<int(const char*, unsigned)>("memfd_create");
  return next(name, flags);
}

int accept4(int listener, sockaddr* address, socklen_t* size, int flags) {
  if (Fails(kAccept)) return FailWith(EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED);
  static auto* const next = Next<int(int, sockaddr*, socklen_t*, int)>("accept4");
  return next(listener, address, size, flags);
}

int epoll_ctl(int epoll, int operation, int file, epoll_event* event) noexcept {
  // What is watched already can be watched for something else without memory.
  if (operation == EPOLL_CTL_ADD && Fails(kEpollCtl)) return FailWith(ENOMEM, ENOSPC);
  static auto* const next = Next<int(int, int, int, epoll_event*)>("epoll_ctl");
  return next(epoll, operation, file, event);
}

int epoll_wait(int epoll, epoll_event* events, int events_max, int timeout) {
  if (Fails(kEpollWait)) return FailWith(EINTR);
  static auto* const next = Next<int(int, epoll_event*, int, int)>("epoll_wait");
  return next(epoll, events, events_max, timeout);
}

int epoll_pwait2(int epoll, epoll_event* events, int events_max, const timespec* timeout,
                 const sigset_t* signals) {
  if (Fails(kEpollWait)) return FailWith(EINTR, ENOSYS);
  static auto* const next =
      Next<int(int, epoll_event*, int, const timespec*, const sigset_t*)>("epoll_pwait2");
  return next(epoll, events, events_max, timeout, signals);
}

int connect(int socket, const sockaddr* address, socklen_t size) {
  if (Fails(kConnect)) return FailWith(ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL, ETIMEDOUT);
  static auto* const next = Next<int(int, const sockaddr*, socklen_t)>("connect");
  return next(socket, address, size);
}

int socket(int domain, int type, int protocol) noexcept {
  if (Fails(kSocket)) return FailWith(EMFILE, ENFILE, ENOBUFS, ENOMEM);
  static auto* const next = Next<int(int, int, int)>("socket");
  return next(domain, type, protocol);
}

ssize_t send(int socket, const void* from, std::size_t size, int flags) {
  if (Fails(kSend)) return FailWith(ECONNRESET, EPIPE, ENOBUFS);
  static auto* const next = Next<ssize_t(int, const void*, std::size_t, int)>("send");
  return next(socket, from, size, flags);
}

ssize_t sendmsg(int socket, const msghdr* message, int flags) {
  if (Fails(kSend)) return FailWith(ECONNRESET, EPIPE, ENOBUFS);
  static auto* const next = Next<ssize_t(int, const msghdr*, int)>("sendmsg");
  return next(socket, message, flags);
}

ssize_t recv(int socket, void* into, std::size_t size, int flags) {
  if (Fails(kRecv)) return FailWith(ECONNRESET, ETIMEDOUT, ENOMEM);
  static auto* const next = Next<ssize_t(int, void*, std::size_t, int)>("recv");
  return next(socket, into, size, flags);
}

ssize_t recvmsg(int socket, msghdr* message, int flags) {
  if (Fails(kRecv)) return FailWith(ECONNRESET, ETIMEDOUT, ENOMEM);
  static auto* const next = Next<ssize_t(int, msghdr*, int)>("recvmsg");
  return next(socket, message, flags);
}

void* mmap(void* at, std::size_t size, int protection, int flags, int file, off_t offset) noexcept {
  if (file >= 0 && Fails(kMmap)) return FailWith(ENOMEM, EAGAIN), MAP_FAILED;
  static auto* const next = Next<void*(void*, std::size_t, int, int, int, off_t)>("mmap");
  return next(at, size, protection, flags, file, offset);
}

// glibc's own names, for what comes before dlsym may be called.
void* __libc_malloc(std::size_t size);

// Only for the program's own calls: operator new and the libraries have others to answer for them.
void* malloc(std::size_t size) {
  if (shared != nullptr) {
    const auto* const from = static_cast<const char*>(__builtin_return_address(0));
    if (from >= program_begin && from < program_end && Fails(kMalloc)) {
      errno = ENOMEM;
      return nullptr;
    }
  }
  return __libc_malloc(size);
}

}  // extern "C"
