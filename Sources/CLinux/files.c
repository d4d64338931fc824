#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "clinux_files.h"
#include <unistd.h>

int clinux_syncfs(int fd) { return syncfs(fd); }

long long clinux_seek_data(int fd, long long offset) { return lseek(fd, offset, SEEK_DATA); }
