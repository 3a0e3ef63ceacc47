/* Preloaded into a process: notes in order what it writes, syncs, cuts and unlinks in one folder, for power-cuts.test.ts.
 *
 * RECORD_FOLDER is the folder, RECORD_FILE takes the notes: a line "<what> <offset> <length> <path>\n" each, followed by
 * the bytes where something was written. While FAILING_SYNC names a file that exists, every sync in the folder fails as
 * that of a broken disk does, for failed-sync.test.ts. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* The part of the path within the folder ("" for the folder itself), or NULL for a place outside. */
static const char *inside(const char *path) {
  const char *folder = getenv("RECORD_FOLDER");
  if (folder == NULL) return NULL;
  size_t length = strlen(folder);
  if (strncmp(path, folder, length) != 0) return NULL;
  if (path[length] == '\0') return path + length;
  return path[length] == '/' ? path + length + 1 : NULL;
}

static const char *name_of(int descriptor, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, PATH_MAX);
  if (length <= 0 || length >= PATH_MAX) return NULL;
  path[length] = '\0';
  return inside(path);
}

static int notes(void) {
  static int descriptor = -1;
  const char *file = getenv("RECORD_FILE");
  if (descriptor == -1 && file != NULL)
    descriptor = REAL(open64)(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  return descriptor;
}

static void put(int to, const void *bytes, size_t length) {
  for (const char *rest = bytes; length > 0;) {
    ssize_t done = REAL(write)(to, rest, length);
    if (done <= 0) abort(); /* a recording with a hole in it would prove anything */
    rest += done;
    length -= (size_t)done;
  }
}

static void note(const char *what, long long offset, const void *bytes, size_t length, const char *name) {
  char line[PATH_MAX + 128];
  int head = snprintf(line, sizeof line, "%s %lld %zu %s\n", what, offset, length, name);
  int to = notes();
  if (to == -1) return;
  put(to, line, (size_t)head);
  put(to, bytes, length);
}

static ssize_t written(int descriptor, const void *bytes, ssize_t done, long long offset) {
  char path[PATH_MAX + 1];
  const char *name = done > 0 ? name_of(descriptor, path) : NULL;
  if (name != NULL) note("write", offset, bytes, (size_t)done, name);
  return done;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t offset) {
  pthread_mutex_lock(&order);
  ssize_t done = written(descriptor, bytes, REAL(pwrite64)(descriptor, bytes, length, offset), offset);
  pthread_mutex_unlock(&order);
  return done;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
  return pwrite64(descriptor, bytes, length, offset);
}

/* Where it landed is known afterwards: the place in the file stands behind it, also for what is appended. */
ssize_t write(int descriptor, const void *bytes, size_t length) {
  pthread_mutex_lock(&order);
  ssize_t done = REAL(write)(descriptor, bytes, length);
  int failure = errno;
  off64_t end = done > 0 ? lseek64(descriptor, 0, SEEK_CUR) : -1;
  if (end >= 0) written(descriptor, bytes, done, end - done);
  errno = failure;
  pthread_mutex_unlock(&order);
  return done;
}

int ftruncate64(int descriptor, off64_t length) {
  char path[PATH_MAX + 1];
  pthread_mutex_lock(&order);
  int result = REAL(ftruncate64)(descriptor, length);
  const char *name = result == 0 ? name_of(descriptor, path) : NULL;
  if (name != NULL) note("cut", length, "", 0, name);
  pthread_mutex_unlock(&order);
  return result;
}

int ftruncate(int descriptor, off_t length) { return ftruncate64(descriptor, length); }

static int synced(int descriptor, int (*sync)(int)) {
  char path[PATH_MAX + 1];
  const char *name = name_of(descriptor, path);
  const char *failing = getenv("FAILING_SYNC");
  if (name != NULL && failing != NULL && access(failing, F_OK) == 0) {
    errno = EIO;
    return -1;
  }
  pthread_mutex_lock(&order);
  int result = sync(descriptor);
  if (result == 0 && name != NULL) note("sync", 0, "", 0, name);
  pthread_mutex_unlock(&order);
  return result;
}

int fsync(int descriptor) { return synced(descriptor, REAL(fsync)); }
int fdatasync(int descriptor) { return synced(descriptor, REAL(fdatasync)); }

int unlink(const char *path) {
  pthread_mutex_lock(&order);
  int result = REAL(unlink)(path);
  const char *name = result == 0 ? inside(path) : NULL;
  if (name != NULL) note("unlink", 0, "", 0, name);
  pthread_mutex_unlock(&order);
  return result;
}
