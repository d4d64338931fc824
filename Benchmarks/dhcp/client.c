// Many DHCP clients on one link without a relay agent, each with one exchange, at a fixed rate: perfdhcp can only be a
// relay agent. No client asks twice, so that what is lost counts; after 50,000 the first comes back, with a new exchange.
// Usage: client INTERFACE RATE SECONDS
// Prints: sent acknowledged offer-p50 offer-p99 ack-p50 ack-p99, the latter in milliseconds.
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { message_size = 300, options_at = 240, grace_seconds = 3, most_clients = 50000 };
enum { discover = 1, offer = 2, request = 3, ack = 5 };

// Nanoseconds; 0 where it has not happened.
struct client {
    int64_t discovered, offered, requested, acknowledged;
};

static void fail(const char *what) {
    fprintf(stderr, "client: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int open_socket(const char *interface) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), on = 1, size = 8 << 20;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(68)};
    if (fd < 0) fail("socket");
    if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on) < 0) fail("SO_BROADCAST");
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0) fail("SO_RCVBUFFORCE");
    if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, strlen(interface) + 1) < 0) fail(interface);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("port 68");
    return fd;
}

static void put32(uint8_t *at, uint32_t value) {
    value = htonl(value);
    memcpy(at, &value, 4);
}

// A DISCOVER, or a REQUEST where an OFFER's address and server are given (RFC 2131 section 4.4.1).
static void send_message(int fd, uint32_t index, const uint8_t *address, const uint8_t *server) {
    const struct sockaddr_in everyone = {
        .sin_family = AF_INET, .sin_port = htons(67), .sin_addr.s_addr = htonl(INADDR_BROADCAST)};
    static const uint8_t start[] = {99, 130, 83, 99, 53, 1}, wanted[] = {55, 4, 1, 3, 6, 67};
    uint8_t message[message_size] = {1, 1, 6};
    uint8_t *option = message + options_at - 4;
    put32(message + 4, index);
    message[10] = 0x80;
    message[28] = 2;
    put32(message + 30, index % most_clients);
    memcpy(option, start, sizeof start);
    option += sizeof start;
    *option++ = address ? request : discover;
    memcpy(option, wanted, sizeof wanted);
    option += sizeof wanted;
    if (address) {
        *option++ = 50, *option++ = 4;
        memcpy(option, address, 4);
        option += 4;
        *option++ = 54, *option++ = 4;
        memcpy(option, server, 4);
        option += 4;
    }
    *option = 255;
    if (sendto(fd, message, sizeof message, 0, (const struct sockaddr *)&everyone, sizeof everyone) < 0
        && errno != EAGAIN && errno != ENOBUFS)
        fail("sendto");
}

// The value of an option that has at least `length` octets; NULL where there is none.
static const uint8_t *find(const uint8_t *message, size_t size, uint8_t code, uint8_t length) {
    for (size_t at = options_at; at + 1 < size && message[at] != 255;) {
        if (message[at] == 0) {
            at++;
            continue;
        }
        if (at + 2 + message[at + 1] > size) return NULL;
        if (message[at] == code) return message[at + 1] >= length ? message + at + 2 : NULL;
        at += 2 + message[at + 1];
    }
    return NULL;
}

static void receive(int fd, struct client *clients, uint32_t count) {
    uint8_t message[1500];
    for (;;) {
        ssize_t size = recv(fd, message, sizeof message, 0);
        if (size < 0 && errno == EAGAIN) return;
        if (size < 0) fail("recv");
        if (size < options_at || message[0] != 2) continue;
        uint32_t index;
        memcpy(&index, message + 4, 4);
        index = ntohl(index);
        const uint8_t *type = find(message, size, 53, 1), *server = find(message, size, 54, 4);
        if (index >= count || !type || !server) continue;
        struct client *client = clients + index;
        if (*type == offer && client->discovered && !client->offered) {
            client->offered = now();
            client->requested = client->offered;
            send_message(fd, index, message + 16, server);
        } else if (*type == ack && client->requested && !client->acknowledged) {
            client->acknowledged = now();
        }
    }
}

static int compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double quantile(const int64_t *sorted, uint32_t count, double share) {
    return count ? sorted[(uint32_t)((count - 1) * share)] / 1e6 : 0;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fputs("usage: client INTERFACE RATE SECONDS\n", stderr);
        return 2;
    }
    int64_t rate = atoll(argv[2]), seconds = atoll(argv[3]);
    if (rate < 1 || seconds < 1 || rate * seconds > 10000000) {
        fputs("client: RATE and SECONDS are numbers above 0, their product at most 10000000\n", stderr);
        return 2;
    }
    int fd = open_socket(argv[1]);
    uint32_t count = rate * seconds, sent = 0, offers = 0, acks = 0;
    struct client *clients = calloc(count, sizeof *clients);
    int64_t *to_offer = calloc(count, sizeof *to_offer), *to_ack = calloc(count, sizeof *to_ack);
    if (!clients || !to_offer || !to_ack) fail("calloc");
    int64_t start = now(), end = start + (seconds + grace_seconds) * 1000000000LL;
    for (int64_t time = start; time < end; time = now()) {
        int64_t due = sent < count ? start + sent * 1000000000LL / rate : end;
        if (time >= due) {
            clients[sent].discovered = time;
            send_message(fd, sent++, NULL, NULL);
            due = time;
        }
        struct timespec patience = {(due - time) / 1000000000, (due - time) % 1000000000};
        struct pollfd event = {fd, POLLIN, 0};
        if (ppoll(&event, 1, &patience, NULL) > 0) receive(fd, clients, count);
    }
    for (uint32_t index = 0; index < count; index++) {
        struct client *client = clients + index;
        if (client->offered) to_offer[offers++] = client->offered - client->discovered;
        if (client->acknowledged) to_ack[acks++] = client->acknowledged - client->requested;
    }
    qsort(to_offer, offers, sizeof *to_offer, compare);
    qsort(to_ack, acks, sizeof *to_ack, compare);
    printf("%u %u %.3f %.3f %.3f %.3f\n", sent, acks, quantile(to_offer, offers, 0.5), quantile(to_offer, offers, 0.99),
           quantile(to_ack, acks, 0.5), quantile(to_ack, acks, 0.99));
    return 0;
}
