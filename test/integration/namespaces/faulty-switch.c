/* A switch between hosts on one machine, each of which it gives a TAP device in the host's own network namespace: loses,
 * doubles, delays and reorders the Ethernet frames that it forwards, as faulty-switch.ts tells it to.
 *
 * Usage: faulty-switch SEED. Every line on stdin is an order and is answered by one line on stdout, "ok ..." or
 * "error ...", once it is carried out; when stdin ends the switch ends, and its devices with it. Hosts are numbered in
 * the order in which they were connected:
 *
 *   connect FILE OF THE NAMESPACE   gives it the device eth0
 *   faults LOSS DUPLICATION REORDERING DELAY JITTER RATE   chances 0 to 1, microseconds, bits a second (0: no limit)
 *   path FROM TO open|cut           one direction between two hosts
 *   plug HOST in|out                the host's cable
 *   counters                        "ok NAME=COUNT ..."
 *
 * What becomes of a frame depends on the seed, on the two hosts, and on how many frames went that way before it, and on
 * nothing else: neither on time nor on what others send. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
  HOSTS_MAX = 254, /* as many as one lab has addresses */
  FRAME_MAX = 2048, /* an Ethernet frame has 1,518 bytes */
  BURST_MAX = 64, /* frames taken from one host before the others have their turn */
  WAITING_MAX = 50000, /* frames under way: 100 MB at worst, and seconds of all that five busy hosts can send */
  ORDER_MAX = 512,
};
/* A host that sends faster than its rate fills a queue of this length, as in a cheap router; what follows is dropped. */
static const uint64_t BACKLOG_NS = 500 * 1000 * 1000;

struct host {
  int tap;
  unsigned char mac[6];
  bool unplugged;
  uint64_t idle_at; /* when all that it has sent so far has gone out at its rate */
};

struct path {
  uint64_t frames;
  uint64_t last_due; /* delays keep the order; only who overtakes breaks it */
  bool cut;
};

struct frame {
  uint64_t due, number;
  int from, to;
  size_t length;
  unsigned char bytes[];
};

static struct host hosts[HOSTS_MAX];
static int host_count;
static struct path paths[HOSTS_MAX][HOSTS_MAX];

/* A heap: the frame that is due first stands first. */
static struct frame *waiting[WAITING_MAX];
static size_t waiting_count;
static uint64_t numbered;

static uint64_t seed;
static struct { double loss, duplication, reordering, delay_us, jitter_us, rate; } faults;
/* Each frame to each recipient, and each copy, ends in exactly one of the last four unless it is still under way. */
static struct { uint64_t frames, doubled, overtook, lost, severed, overflowed, delivered; } counters;

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* --- Dice --- */

enum throw { LOSS, DUPLICATION, REORDERING, JITTER, COPYS_JITTER };

/* The step of splitmix64. */
static uint64_t mixed(uint64_t value) {
  value += 0x9e3779b97f4a7c15u;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

/* 0 <= x < 1, always the same for the n-th frame that goes this way. */
static double thrown(int from, int to, uint64_t n, enum throw which) {
  uint64_t way = (uint64_t)from * HOSTS_MAX + (uint64_t)to;
  return (double)(mixed(mixed(mixed(seed) + way) + n * 8 + which) >> 11) / 9007199254740992.0;
}

/* --- Frames under way --- */

static bool is_before(const struct frame *a, const struct frame *b) {
  return a->due != b->due ? a->due < b->due : a->number < b->number;
}

static void swap(size_t a, size_t b) {
  struct frame *kept = waiting[a];
  waiting[a] = waiting[b];
  waiting[b] = kept;
}

static void put(struct frame *frame) {
  size_t at = waiting_count++;
  waiting[at] = frame;
  for (; at > 0 && is_before(waiting[at], waiting[(at - 1) / 2]); at = (at - 1) / 2) swap(at, (at - 1) / 2);
}

static struct frame *take_first(void) {
  struct frame *first = waiting[0];
  waiting[0] = waiting[--waiting_count];
  for (size_t at = 0;;) {
    size_t least = at;
    for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < waiting_count; child++)
      if (is_before(waiting[child], waiting[least])) least = child;
    if (least == at) return first;
    swap(at, least);
    at = least;
  }
}

static bool is_severed(int from, int to) {
  return hosts[from].unplugged || hosts[to].unplugged || paths[from][to].cut;
}

static void send_later(int from, int to, uint64_t due, const unsigned char *bytes, size_t length) {
  struct frame *frame = waiting_count < WAITING_MAX ? malloc(sizeof *frame + length) : NULL;
  if (frame == NULL) {
    counters.overflowed++;
    return;
  }
  *frame = (struct frame){.due = due, .number = numbered++, .from = from, .to = to, .length = length};
  memcpy(frame->bytes, bytes, length);
  put(frame);
}

static void deliver_due(void) {
  while (waiting_count > 0 && waiting[0]->due <= now_ns()) {
    struct frame *frame = take_first();
    /* What is under way when a cable is pulled does not arrive, nor does it at an interface that is down. */
    bool arrives = !is_severed(frame->from, frame->to) &&
                   write(hosts[frame->to].tap, frame->bytes, frame->length) == (ssize_t)frame->length;
    (*(arrives ? &counters.delivered : &counters.severed))++;
    free(frame);
  }
}

/* --- What becomes of a frame --- */

static uint64_t delayed(struct path *path, uint64_t departure, double jitter) {
  uint64_t due = departure + (uint64_t)((faults.delay_us + faults.jitter_us * jitter) * 1000);
  if (due < path->last_due) due = path->last_due;
  path->last_due = due;
  return due;
}

static void forward(int from, int to, uint64_t departure, const unsigned char *bytes, size_t length) {
  struct path *path = &paths[from][to];
  uint64_t n = path->frames++;
  counters.frames++;
  if (is_severed(from, to)) {
    counters.severed++;
    return;
  }
  if (thrown(from, to, n, LOSS) < faults.loss) {
    counters.lost++;
    return;
  }
  bool overtakes = thrown(from, to, n, REORDERING) < faults.reordering;
  if (overtakes) counters.overtook++;
  uint64_t due = overtakes ? departure : delayed(path, departure, thrown(from, to, n, JITTER));
  send_later(from, to, due, bytes, length);
  if (thrown(from, to, n, DUPLICATION) < faults.duplication) {
    counters.doubled++;
    send_later(from, to, delayed(path, departure, thrown(from, to, n, COPYS_JITTER)), bytes, length);
  }
}

/* The host with that hardware address; -1 for broadcasts, and for whoever is not here. */
static int owner_of(const unsigned char *mac) {
  for (int host = 0; host < host_count; host++)
    if (memcmp(hosts[host].mac, mac, sizeof hosts[host].mac) == 0) return host;
  return -1;
}

static void switch_frame(int from, const unsigned char *bytes, size_t length) {
  struct host *sender = &hosts[from];
  uint64_t now = now_ns();
  uint64_t departure = now;
  int only = owner_of(bytes);
  if (faults.rate > 0) {
    if (sender->idle_at < now) sender->idle_at = now;
    if (sender->idle_at - now > BACKLOG_NS) {
      counters.frames++;
      counters.overflowed++;
      return;
    }
    sender->idle_at += (uint64_t)((double)length * 8e9 / faults.rate);
    departure = sender->idle_at;
  }
  for (int to = 0; to < host_count; to++)
    if (to != from && (only == -1 || only == to)) forward(from, to, departure, bytes, length);
}

static void take_frames(int from) {
  unsigned char bytes[FRAME_MAX];
  for (int taken = 0; taken < BURST_MAX; taken++) {
    ssize_t length = read(hosts[from].tap, bytes, sizeof bytes);
    if (length < 14) return; /* no header: there is no more, or the device has gone */
    switch_frame(from, bytes, (size_t)length);
  }
}

/* --- Orders --- */

/* A device belongs to the namespace in which /dev/net/tun was opened: the switch goes there, and comes back. */
static int open_tap(const char *namespace) {
  int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  int there = open(namespace, O_RDONLY | O_CLOEXEC);
  int tap = -1;
  if (here != -1 && there != -1 && setns(there, CLONE_NEWNET) == 0) {
    tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (setns(here, CLONE_NEWNET) != 0) abort();
  }
  int failure = errno;
  if (here != -1) close(here);
  if (there != -1) close(there);
  errno = failure;
  return tap;
}

static const char *connect_host(const char *namespace) {
  if (host_count == HOSTS_MAX) return "no room for more hosts";
  struct ifreq request = {.ifr_name = "eth0", .ifr_flags = IFF_TAP | IFF_NO_PI};
  int tap = open_tap(namespace);
  if (tap == -1) return strerror(errno);
  if (ioctl(tap, TUNSETIFF, &request) != 0 || ioctl(tap, SIOCGIFHWADDR, &request) != 0) {
    const char *problem = strerror(errno);
    close(tap);
    return problem;
  }
  struct host *host = &hosts[host_count++];
  host->tap = tap;
  memcpy(host->mac, request.ifr_hwaddr.sa_data, sizeof host->mac);
  return NULL;
}

static bool is_host(int host) { return host >= 0 && host < host_count; }

/* What is wrong with the order, or NULL. */
static const char *carry_out(const char *order) {
  char word[ORDER_MAX];
  int from, to;
  if (sscanf(order, "connect %s", word) == 1) return connect_host(word);
  if (sscanf(order, "faults %lf %lf %lf %lf %lf %lf", &faults.loss, &faults.duplication, &faults.reordering,
             &faults.delay_us, &faults.jitter_us, &faults.rate) == 6)
    return NULL;
  if (sscanf(order, "path %d %d %s", &from, &to, word) == 3 && is_host(from) && is_host(to)) {
    paths[from][to].cut = strcmp(word, "cut") == 0;
    return NULL;
  }
  if (sscanf(order, "plug %d %s", &from, word) == 2 && is_host(from)) {
    hosts[from].unplugged = strcmp(word, "out") == 0;
    int carrier = !hosts[from].unplugged;
    return ioctl(hosts[from].tap, TUNSETCARRIER, &carrier) == 0 ? NULL : strerror(errno);
  }
  return strcmp(order, "counters") == 0 ? NULL : "there is no such order";
}

static void answer(const char *order) {
  const char *problem = carry_out(order);
  if (problem != NULL) printf("error %s\n", problem);
  else if (strcmp(order, "counters") != 0) printf("ok\n");
  else
    printf("ok frames=%ju doubled=%ju overtook=%ju lost=%ju severed=%ju overflowed=%ju delivered=%ju\n",
           (uintmax_t)counters.frames, (uintmax_t)counters.doubled, (uintmax_t)counters.overtook,
           (uintmax_t)counters.lost, (uintmax_t)counters.severed, (uintmax_t)counters.overflowed,
           (uintmax_t)counters.delivered);
  fflush(stdout);
}

/* Carries out what has come on stdin; false when it has ended. */
static bool take_orders(void) {
  static char orders[ORDER_MAX];
  static size_t length;
  if (length == sizeof orders) return false; /* nobody writes such a long one */
  ssize_t got = read(STDIN_FILENO, orders + length, sizeof orders - length);
  if (got <= 0) return false;
  length += (size_t)got;
  for (char *end; (end = memchr(orders, '\n', length)) != NULL;) {
    *end = '\0';
    answer(orders);
    length -= (size_t)(end + 1 - orders);
    memmove(orders, end + 1, length);
  }
  return true;
}

static void wait_for_something(struct pollfd *awaited) {
  awaited[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
  for (int host = 0; host < host_count; host++)
    awaited[host + 1] = (struct pollfd){.fd = hosts[host].tap, .events = POLLIN};
  uint64_t now = now_ns();
  uint64_t left = waiting_count > 0 && waiting[0]->due > now ? waiting[0]->due - now : 0;
  struct timespec pause = {.tv_sec = (time_t)(left / 1000000000u), .tv_nsec = (long)(left % 1000000000u)};
  if (ppoll(awaited, (nfds_t)host_count + 1, waiting_count > 0 ? &pause : NULL, NULL) < 0 && errno != EINTR)
    abort();
}

int main(int argc, char **argv) {
  static struct pollfd awaited[HOSTS_MAX + 1];
  if (argc != 2) return 2;
  seed = strtoull(argv[1], NULL, 10);
  for (;;) {
    int watched = host_count;
    wait_for_something(awaited);
    deliver_due();
    for (int host = 0; host < watched; host++)
      if (awaited[host + 1].revents != 0) take_frames(host);
    if (awaited[0].revents != 0 && !take_orders()) return 0;
  }
}
