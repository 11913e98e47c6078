// A disk that loses what was not synced: preloaded into the server (LD_PRELOAD), it sees each call that changes files
// under one folder.
//
// - It counts them, and kills the process (SIGKILL) when the count reaches a number; a write may be torn by that.
// - At each fsync it keeps a copy of what is durable from then on, in the mirror: a file's bytes, or a folder's names.
//   From the mirror cut.cc makes what a power cut leaves. Strict as POSIX: a name is durable once its folder is
//   synced, bytes once the file is. Nothing is really synced.
// - It fails calls at random: ENOSPC, EIO, short, EINTR; or says that it synced when it did not.
// - It is full: nothing grows any more, what is there can be written over. As a quota is, or so that statvfs tells.
// - It is slow: a sync takes a while.
// - It moves the wall clock.
//
// Files are known by an extended attribute, since inode numbers are used again. The counters lie in a file that the
// test maps too (disk.py).
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace {

// As disk.py has it.
struct Control {
  std::atomic<std::uint64_t> operations, die_at, next_id, random;
  std::atomic<std::uint64_t> faults, per_million;  // which, how often
  std::atomic<std::int64_t> clock_ahead;           // seconds
  std::atomic<std::uint64_t> full;                 // 1: it is; 2: and it can be seen
  std::atomic<std::uint64_t> sync_ms;              // how long a sync takes
};
enum Fault : std::uint64_t { kNoSpace = 1, kIoError = 2, kShort = 4, kInterrupted = 8, kLie = 16 };

constexpr int kFiles = 1 << 16;
constexpr const char* kIdentity = "user.berth.disk";

Control* control;
std::string root, mirror;
bool sockets;
std::atomic<bool> tracked[kFiles];
std::mutex mirror_mutex;

[[maybe_unused]] const bool set_up = [] {
  const char* page = getenv("DISK_CONTROL");
  if (!page || !getenv("DISK_ROOT") || !getenv("DISK_MIRROR")) return false;
  root = getenv("DISK_ROOT");
  mirror = getenv("DISK_MIRROR");
  sockets = getenv("DISK_SOCKETS") != nullptr;
  const long fd = syscall(SYS_openat, AT_FDCWD, page, O_RDWR | O_CLOEXEC, 0);
  if (fd < 0) abort();
  void* at = mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, static_cast<int>(fd), 0);
  if (at == MAP_FAILED) abort();
  control = static_cast<Control*>(at);
  syscall(SYS_close, fd);
  return true;
}();

bool is_ours(int fd) { return control && fd >= 0 && fd < kFiles && tracked[fd]; }
bool is_ours(int folder, const char* path) {
  if (!control || !path) return false;
  if (path[0] != '/') return is_ours(folder);
  return strncmp(path, root.c_str(), root.size()) == 0 && (path[root.size()] == '/' || path[root.size()] == 0);
}

std::uint64_t random_number() {  // SplitMix64
  std::uint64_t z = control->random.fetch_add(0x9e3779b97f4a7c15) + 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

[[noreturn]] void die() {
  kill(getpid(), SIGKILL);
  while (true) pause();
}

bool last_one() { return control->operations.fetch_add(1) + 1 == control->die_at; }
void step() {
  if (last_one()) die();
}
bool happens(Fault fault) {
  return (control->faults & fault) != 0 && random_number() % 1'000'000 < control->per_million;
}
int fail(int error) {
  errno = error;
  return -1;
}

std::string identity(const char* path) {
  char text[64];
  ssize_t size = lgetxattr(path, kIdentity, text, sizeof text);
  if (size > 0) return std::string(text, static_cast<std::size_t>(size));
  const std::string made = "n" + std::to_string(control->next_id.fetch_add(1));
  if (lsetxattr(path, kIdentity, made.data(), made.size(), XATTR_CREATE) == 0) return made;
  size = lgetxattr(path, kIdentity, text, sizeof text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}
std::string proc_path(int fd) { return "/proc/self/fd/" + std::to_string(fd); }
std::string identity(int fd) {
  char text[64];
  const ssize_t size = fgetxattr(fd, kIdentity, text, sizeof text);
  if (size > 0) return std::string(text, static_cast<std::size_t>(size));
  const std::string made = "n" + std::to_string(control->next_id.fetch_add(1));
  return fsetxattr(fd, kIdentity, made.data(), made.size(), XATTR_CREATE) == 0 ? made : std::string();
}

int raw_open(const std::string& path, int flags) {
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path.c_str(), flags | O_CLOEXEC, 0600));
}
void write_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const long written = syscall(SYS_write, fd, data, size);
    if (written <= 0) abort();
    data += written;
    size -= static_cast<std::size_t>(written);
  }
}

void copy_bytes(int from, int to) {
  static thread_local char buffer[1 << 16];
  off_t at = 0;
  while (true) {
    const long got = syscall(SYS_pread64, from, buffer, sizeof buffer, at);
    if (got <= 0) return;
    write_all(to, buffer, static_cast<std::size_t>(got));
    at += got;
  }
}

void list_names(int folder, int to) {
  const int again = static_cast<int>(syscall(SYS_openat, folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0));
  DIR* entries = fdopendir(again);
  std::string text;
  while (const dirent* entry = readdir(entries)) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    const auto id = identity((proc_path(folder) + "/" + name).c_str());
    if (!id.empty()) text += id + (entry->d_type == DT_DIR ? " d " : " f ") + name + "\n";
  }
  closedir(entries);
  write_all(to, text.data(), text.size());
}

// One process at a time: `berth fsck` works beside the server.
struct MirrorLock {
  MirrorLock() : fd(raw_open(mirror + ".lock", O_RDWR | O_CREAT)) {
    while (syscall(SYS_flock, fd, LOCK_EX) != 0) {
      if (errno != EINTR) abort();
    }
  }
  ~MirrorLock() { syscall(SYS_close, fd); }
  const std::lock_guard<std::mutex> threads{mirror_mutex};
  const int fd;
};

// What is durable now. One at a time: an older copy must not replace a newer one.
void keep(int fd) {
  const MirrorLock lock;
  struct stat info;
  if (fstat(fd, &info) != 0) return;
  const auto id = identity(fd);
  if (id.empty()) return;
  const std::string temporary = mirror + "/new";
  const int to = raw_open(temporary, O_WRONLY | O_CREAT | O_TRUNC);
  if (to < 0) abort();
  if (S_ISDIR(info.st_mode)) {
    list_names(fd, to);
  } else {
    // Not opened once more if it can be read as it is: to close that would take SQLite's locks of the file away.
    const bool readable = (fcntl(fd, F_GETFL) & O_ACCMODE) != O_WRONLY;
    const int from = readable ? fd : raw_open(proc_path(fd), O_RDONLY);
    if (from >= 0) copy_bytes(from, to);
    if (from >= 0 && !readable) syscall(SYS_close, from);
  }
  syscall(SYS_close, to);
  syscall(SYS_renameat, AT_FDCWD, temporary.c_str(), AT_FDCWD, (mirror + "/" + id).c_str());
}

void rest(std::uint64_t ms) {
  const timespec time{.tv_sec = static_cast<time_t>(ms / 1000), .tv_nsec = static_cast<long>(ms % 1000) * 1'000'000};
  if (ms > 0) nanosleep(&time, nullptr);
}

// Whether there is no room for a file to reach so far.
bool no_room(int fd, off_t end) {
  struct stat info;
  return control->full != 0 && (fstat(fd, &info) != 0 || end > info.st_size);
}

int sync_of(int fd, long number) {
  if (!is_ours(fd)) return static_cast<int>(syscall(number, fd));
  rest(control->sync_ms);
  step();
  if (happens(kIoError)) return fail(EIO);
  if (happens(kLie)) return 0;
  keep(fd);
  step();  // durable, and nobody was told
  return 0;
}

int open_of(int folder, const char* path, int flags, mode_t mode) {
  const bool ours = is_ours(folder, path);
  const bool makes = ours && (flags & (O_CREAT | O_TRUNC)) != 0;
  if (makes) {
    step();
    if ((flags & O_CREAT) != 0 && happens(kNoSpace)) return fail(ENOSPC);
    if ((flags & O_CREAT) != 0 && control->full != 0 && syscall(SYS_faccessat, folder, path, F_OK) != 0) {
      return fail(ENOSPC);
    }
    if (happens(kInterrupted)) return fail(EINTR);
  }
  const int fd = static_cast<int>(syscall(SYS_openat, folder, path, flags, mode));
  if (fd >= 0 && fd < kFiles && control) {
    tracked[fd] = ours;
    if (makes) identity(fd);
  }
  return fd;
}

// How many of `size` bytes to write, or -1 with errno; dies in the midst of the last one.
template <class Write>
ssize_t write_of(int fd, std::size_t size, off_t at, Write write) {
  if (!is_ours(fd)) return write(size);
  if (last_one()) {
    if (size > 1) (void)write(random_number() % size);
    die();
  }
  if (happens(kNoSpace) || no_room(fd, at + static_cast<off_t>(size))) return fail(ENOSPC);
  if (happens(kIoError)) return fail(EIO);
  if (happens(kInterrupted)) return fail(EINTR);
  return write(size > 1 && happens(kShort) ? 1 + random_number() % (size - 1) : size);
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open_of(AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open_of(folder, path, flags, mode);
}
int open64(const char* path, int flags, ...) __attribute__((alias("open")));
int openat64(int folder, const char* path, int flags, ...) __attribute__((alias("openat")));

int close(int fd) {
  if (fd >= 0 && fd < kFiles) tracked[fd] = false;
  return static_cast<int>(syscall(SYS_close, fd));
}

ssize_t write(int fd, const void* data, size_t size) {
  const off_t at = is_ours(fd) ? static_cast<off_t>(syscall(SYS_lseek, fd, 0, SEEK_CUR)) : 0;
  return write_of(fd, size, at, [&](std::size_t n) -> ssize_t { return syscall(SYS_write, fd, data, n); });
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  return write_of(fd, size, at, [&](std::size_t n) -> ssize_t { return syscall(SYS_pwrite64, fd, data, n, at); });
}
ssize_t pwrite64(int fd, const void* data, size_t size, off_t at) __attribute__((alias("pwrite")));

int ftruncate(int fd, off_t size) {
  if (is_ours(fd)) step();
  return static_cast<int>(syscall(SYS_ftruncate, fd, size));
}
int ftruncate64(int fd, off_t size) __attribute__((alias("ftruncate")));

int fsync(int fd) { return sync_of(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_of(fd, SYS_fdatasync); }

int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  const bool ours = is_ours(to_folder, to);
  if (ours) step();
  if (ours && happens(kNoSpace)) return fail(ENOSPC);
  return static_cast<int>(syscall(SYS_renameat, from_folder, from, to_folder, to));
}
int rename(const char* from, const char* to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
  if (is_ours(to_folder, to)) step();
  return static_cast<int>(syscall(SYS_linkat, from_folder, from, to_folder, to, flags));
}
int link(const char* from, const char* to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int folder, const char* path, int flags) {
  if (is_ours(folder, path)) step();
  return static_cast<int>(syscall(SYS_unlinkat, folder, path, flags));
}
int unlink(const char* path) { return unlinkat(AT_FDCWD, path, 0); }

int mkdirat(int folder, const char* path, mode_t mode) {
  const bool ours = is_ours(folder, path);
  if (ours) step();
  if (ours && (happens(kNoSpace) || control->full != 0)) return fail(ENOSPC);
  return static_cast<int>(syscall(SYS_mkdirat, folder, path, mode));
}
int mkdir(const char* path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int statvfs(const char* path, struct statvfs* found) {
  static const auto real = reinterpret_cast<int (*)(const char*, struct statvfs*)>(dlsym(RTLD_NEXT, "statvfs"));
  const int result = real(path, found);
  if (result == 0 && is_ours(AT_FDCWD, path) && control->full == 2) found->f_bavail = 0;
  return result;
}
int statvfs64(const char* path, struct statvfs64* found) __attribute__((alias("statvfs")));

int clock_gettime(clockid_t clock, timespec* time) {
  const long result = syscall(SYS_clock_gettime, clock, time);
  if (result == 0 && control && clock == CLOCK_REALTIME) time->tv_sec += control->clock_ahead;
  return static_cast<int>(result);
}

// libpq's; the doors of the server send in another way.
ssize_t send(int fd, const void* data, size_t size, int flags) {
  if (control && sockets) step();
  return syscall(SYS_sendto, fd, data, size, flags, nullptr, 0);
}
ssize_t recv(int fd, void* data, size_t size, int flags) {
  const ssize_t got = syscall(SYS_recvfrom, fd, data, size, flags, nullptr, nullptr);
  if (control && sockets && got > 0) step();
  return got;
}

}  // extern "C"
