#pragma once
/* System calls on files that need _GNU_SOURCE. Each returns -1 with errno on failure. */

/* syncfs(2): 0 when everything on the file system that fd lies on is on the medium. */
int clinux_syncfs(int fd);

/* lseek(2) with SEEK_DATA: where data begins at or after offset; ENXIO where none follows. */
long long clinux_seek_data(int fd, long long offset);
