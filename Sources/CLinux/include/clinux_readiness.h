/* Waiting for descriptors: epoll(7), eventfd(2) and timerfd_create(2), whose structures and constants Swift does not
   import. Every function returns a value of at least 0, or the negative errno. */
#pragma once

#include <stdint.h>

/* A set of descriptors to wait for. */
int ingot_readiness_open(void);

/* Adds a descriptor, which is ready while it can be read. Closing it takes it out again. */
int ingot_readiness_add(int set, int fd, int only_news);

/* Waits until some are ready, if it is to block, and writes at most capacity of them. An interruption by a signal is a
   wait without any. */
int ingot_readiness_wait(int set, int *ready, int capacity, int blocks);

/* A descriptor that can be read from a time of CLOCK_MONOTONIC on, which is not 0, until it is set to a later one. */
int ingot_alarm_open(void);
void ingot_alarm_set(int fd, uint64_t nanoseconds);

/* A descriptor that can be read once it was raised, until it is lowered. */
int ingot_flag_open(void);
void ingot_flag_raise(int fd);
void ingot_flag_lower(int fd);
