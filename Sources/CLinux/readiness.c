#include "clinux_readiness.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

enum { most_events = 64 };

static int outcome(int result) { return result < 0 ? -errno : result; }

int ingot_readiness_open(void) { return outcome(epoll_create1(EPOLL_CLOEXEC)); }

int ingot_readiness_add(int set, int fd, int only_news) {
    struct epoll_event event = {.events = only_news ? EPOLLIN | EPOLLET : EPOLLIN, .data.fd = fd};
    return outcome(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event));
}

int ingot_readiness_wait(int set, int *ready, int capacity, int blocks) {
    struct epoll_event events[most_events];
    int count = epoll_wait(set, events, capacity < most_events ? capacity : most_events, blocks ? -1 : 0);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int index = 0; index < count; index++) ready[index] = events[index].data.fd;
    return count;
}

int ingot_alarm_open(void) { return outcome(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)); }

void ingot_alarm_set(int fd, uint64_t nanoseconds) {
    struct itimerspec time = {.it_value = {nanoseconds / 1000000000, nanoseconds % 1000000000}};
    timerfd_settime(fd, TFD_TIMER_ABSTIME, &time, NULL);
}

int ingot_flag_open(void) { return outcome(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

void ingot_flag_raise(int fd) { (void)eventfd_write(fd, 1); }

void ingot_flag_lower(int fd) {
    eventfd_t value;
    (void)eventfd_read(fd, &value);
}
