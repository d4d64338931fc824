// The TFTP client of the benchmark.
//
// client ADDRESS PORT NAME FILE BLKSIZE WINDOWSIZE COUNT
//   Reads NAME with COUNT transfers at once (RFC 1350, 2347, 2348, 7440) and compares every block with FILE.
//   Prints: seconds, bytes that came in whole files, the window size that the server granted, packets that this client
//   had to repeat, transfers that failed, seconds of processor time that the client took.
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { read_request = 1, data = 3, acknowledgement = 4, error = 5, options = 6 };
enum { header = 4, largest_block = 1468, batch = 64, tries = 10 };

struct file {
    const uint8_t *bytes;
    size_t size;
};

struct transfer {
    int fd;
    // Whether the server's port is known, which it chooses for each transfer.
    bool connected, negotiated, complete, failed, gap;
    // Number of the block that is due, from 1 on; blocks since the last acknowledgement; the window that was granted.
    uint32_t due, unacknowledged, window;
    size_t received;
    // Nanoseconds.
    int64_t heard;
    int repetitions;
};

static struct sockaddr_in server;
static const char *name;
static struct file expected;
static uint32_t block_size, window_size;
static int repeated;
static uint8_t packets[batch][header + largest_block + 1];

static void fail(const char *what) {
    fprintf(stderr, "client: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static uint16_t get16(const uint8_t *at) { return at[0] << 8 | at[1]; }

static void put16(uint8_t *at, uint16_t value) {
    at[0] = value >> 8;
    at[1] = value;
}

// Seconds of processor time that this process took, the kernel's work for it included.
static double busy(void) {
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) < 0) fail("getrusage");
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static struct file map(const char *path) {
    struct stat status;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &status) < 0) fail(path);
    void *bytes = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (bytes == MAP_FAILED) fail(path);
    close(fd);
    return (struct file){bytes, status.st_size};
}

static int open_socket(void) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0), size = 4 << 20;
    struct timeval second = {1, 0};
    if (fd < 0) fail("socket");
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0) fail("SO_RCVBUFFORCE");
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second) < 0) fail("SO_RCVTIMEO");
    return fd;
}

static struct sockaddr_in address_of(const char *address, const char *port) {
    struct sockaddr_in result = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    if (inet_pton(AF_INET, address, &result.sin_addr) != 1) {
        fprintf(stderr, "client: '%s' is not an IPv4 address\n", address);
        exit(2);
    }
    return result;
}

// The value of an option in a request or an OACK, whose options begin at `at`; 0 where it is absent.
static uint32_t option(const uint8_t *at, const uint8_t *end, const char *wanted) {
    while (at < end) {
        const uint8_t *key_end = memchr(at, 0, end - at);
        const uint8_t *value = key_end ? key_end + 1 : end;
        const uint8_t *value_end = value < end ? memchr(value, 0, end - value) : NULL;
        if (!value_end) return 0;
        if (strcasecmp((const char *)at, wanted) == 0) return atoi((const char *)value);
        at = value_end + 1;
    }
    return 0;
}

static void give_up(struct transfer *transfer, const char *why) {
    fprintf(stderr, "client: a transfer failed at byte %zu of %zu: %s\n", transfer->received, expected.size, why);
    transfer->failed = true;
}

static void send_request(struct transfer *transfer) {
    char packet[512] = {0, read_request};
    int size = 2 + snprintf(packet + 2, 256, "%s%coctet%cblksize%c%u", name, 0, 0, 0, block_size) + 1;
    if (window_size > 1) size += snprintf(packet + size, 64, "windowsize%c%u", 0, window_size) + 1;
    sendto(transfer->fd, packet, size, 0, (struct sockaddr *)&server, sizeof server);
}

// Acknowledges what has come in order.
static void acknowledge(struct transfer *transfer) {
    uint8_t packet[header] = {0, acknowledgement};
    put16(packet + 2, transfer->due - 1);
    transfer->unacknowledged = 0;
    send(transfer->fd, packet, sizeof packet, 0);
}

// Says again what was said last.
static void repeat(struct transfer *transfer) {
    repeated++;
    transfer->heard = now();
    if (++transfer->repetitions == tries) return give_up(transfer, "the server is silent");
    if (transfer->negotiated) acknowledge(transfer);
    else send_request(transfer);
}

static void take_options(struct transfer *transfer, const uint8_t *packet, size_t size) {
    if (!transfer->negotiated) {
        uint32_t window = option(packet + 2, packet + size, "windowsize");
        if (option(packet + 2, packet + size, "blksize") != block_size)
            return give_up(transfer, "the server grants another block size");
        transfer->window = window ? window : 1;
        transfer->negotiated = true;
    }
    if (transfer->due == 1) acknowledge(transfer);
}

static void take_block(struct transfer *transfer, const uint8_t *packet, size_t size) {
    int16_t distance = get16(packet + 2) - (uint16_t)transfer->due;
    size_t length = size - header, left = expected.size - transfer->received;
    if (!transfer->negotiated) return give_up(transfer, "the server knows no options");
    // A block that is here already is a repetition, and is not answered (RFC 1123 section 4.2.3.1).
    if (distance < 0) return;
    if (distance > 0) {
        // Something is missing: told once (RFC 7440 section 4).
        if (!transfer->gap) {
            repeated++;
            acknowledge(transfer);
        }
        transfer->gap = true;
        return;
    }
    if (length != (left < block_size ? left : block_size)) return give_up(transfer, "a block has a wrong length");
    if (memcmp(packet + header, expected.bytes + transfer->received, length) != 0)
        return give_up(transfer, "a block is not what the file holds there");
    transfer->received += length;
    transfer->due++;
    transfer->gap = false;
    transfer->complete = length < block_size;
    if (++transfer->unacknowledged == transfer->window || transfer->complete) acknowledge(transfer);
}

static void take(struct transfer *transfer, uint8_t *packet, size_t size) {
    if (size < header || transfer->complete || transfer->failed) return;
    transfer->repetitions = 0;
    switch (get16(packet)) {
    case options: return take_options(transfer, packet, size);
    case data: return take_block(transfer, packet, size);
    case error:
        packet[size] = 0;
        return give_up(transfer, (const char *)packet + header);
    }
}

// The first packet tells the server's port; false where it is from elsewhere.
static bool is_of_server(struct transfer *transfer, const struct sockaddr_in *from) {
    if (from->sin_addr.s_addr != server.sin_addr.s_addr) return false;
    if (connect(transfer->fd, (const struct sockaddr *)from, sizeof *from) < 0) fail("connect");
    return transfer->connected = true;
}

// Reads one packet.
static void receive_one(struct transfer *transfer, int flags) {
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    ssize_t size = transfer->connected
        ? recv(transfer->fd, packets[0], header + largest_block, flags)
        : recvfrom(transfer->fd, packets[0], header + largest_block, flags, (struct sockaddr *)&from, &length);
    if (size < 0) {
        if (errno != EAGAIN) give_up(transfer, strerror(errno));
        return;
    }
    if (!transfer->connected && !is_of_server(transfer, &from)) return;
    transfer->heard = now();
    take(transfer, packets[0], size);
}

// Reads what has come, up to one batch; waits for the first packet unless `flags` say otherwise.
static void receive(struct transfer *transfer, int flags) {
    static struct iovec pieces[batch];
    static struct mmsghdr messages[batch];
    // Without a window no more than one is on its way.
    if (!transfer->connected || window_size == 1) return receive_one(transfer, flags);
    for (int index = 0; index < batch; index++) {
        pieces[index] = (struct iovec){packets[index], header + largest_block};
        messages[index].msg_hdr = (struct msghdr){.msg_iov = pieces + index, .msg_iovlen = 1};
    }
    int count = recvmmsg(transfer->fd, messages, batch, flags | MSG_WAITFORONE, NULL);
    if (count < 0 && errno != EAGAIN) return give_up(transfer, strerror(errno));
    if (count > 0) transfer->heard = now();
    for (int index = 0; index < count; index++) take(transfer, packets[index], messages[index].msg_len);
}

static void read_one(struct transfer *transfer) {
    while (!transfer->complete && !transfer->failed) {
        receive(transfer, 0);
        if (!transfer->complete && !transfer->failed && now() - transfer->heard >= 1000000000) repeat(transfer);
    }
}

// Closes a transfer that has come to its end; whether it has.
static bool ended(struct transfer *transfer) {
    if (!transfer->complete && !transfer->failed) return false;
    close(transfer->fd);
    transfer->fd = -1;
    return true;
}

static void read_many(struct transfer *transfers, int count) {
    int queue = epoll_create1(0), open = count;
    if (queue < 0) fail("epoll_create1");
    for (int index = 0; index < count; index++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = transfers + index};
        if (epoll_ctl(queue, EPOLL_CTL_ADD, transfers[index].fd, &event) < 0) fail("epoll_ctl");
    }
    for (int64_t looked = now(); open > 0;) {
        struct epoll_event events[batch];
        int ready = epoll_wait(queue, events, batch, 100);
        if (ready < 0) fail("epoll_wait");
        for (int index = 0; index < ready; index++) {
            receive(events[index].data.ptr, MSG_DONTWAIT);
            open -= ended(events[index].data.ptr);
        }
        // Who is silent is looked for ten times a second: more often it would slow all down.
        if (now() - looked < 100000000) continue;
        looked = now();
        for (int index = 0; index < count; index++) {
            if (transfers[index].fd < 0 || looked - transfers[index].heard < 1000000000) continue;
            repeat(transfers + index);
            open -= ended(transfers + index);
        }
    }
    close(queue);
}

static int get_all(char **arguments) {
    server = address_of(arguments[0], arguments[1]);
    name = arguments[2];
    expected = map(arguments[3]);
    block_size = atoi(arguments[4]);
    window_size = atoi(arguments[5]);
    int count = atoi(arguments[6]), failed = 0;
    if (block_size < 8 || block_size > largest_block || window_size < 1 || count < 1 || strlen(name) > 200) {
        fprintf(stderr, "client: BLKSIZE is 8 to %d, WINDOWSIZE and COUNT at least 1\n", largest_block);
        return 2;
    }
    struct transfer *transfers = calloc(count, sizeof *transfers);
    if (!transfers) fail("calloc");
    double start_busy = busy();
    int64_t start = now();
    for (int index = 0; index < count; index++) {
        transfers[index] = (struct transfer){.fd = open_socket(), .due = 1, .heard = now()};
        send_request(transfers + index);
    }
    if (count == 1) read_one(transfers);
    else read_many(transfers, count);
    double seconds = (now() - start) / 1e9;
    size_t bytes = 0;
    for (int index = 0; index < count; index++) {
        if (transfers[index].failed || transfers[index].received != expected.size) failed++;
        else bytes += transfers[index].received;
    }
    printf("%.4f %zu %u %d %d %.4f\n", seconds, bytes, transfers[0].window, repeated, failed, busy() - start_busy);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 8) return get_all(argv + 1);
    fputs("usage: client ADDRESS PORT NAME FILE BLKSIZE WINDOWSIZE COUNT\n", stderr);
    return 2;
}
