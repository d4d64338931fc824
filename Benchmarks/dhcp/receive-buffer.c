// Preloaded into perfdhcp: its socket gets a receive buffer of 8 MB. With the system's default, which perfdhcp cannot
// change, the answers that it does not read at once are lost in front of it, and count as the server's losses.
#define _GNU_SOURCE

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

int socket(int domain, int type, int protocol) {
    static int (*next)(int, int, int);
    int size = 8 << 20;
    if (!next) next = (int (*)(int, int, int))dlsym(RTLD_NEXT, "socket");
    int fd = next(domain, type, protocol);
    if (fd >= 0 && domain == AF_INET && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0) {
        perror("SO_RCVBUFFORCE");
        exit(1);
    }
    return fd;
}
