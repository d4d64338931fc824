#pragma once
/* Files below a directory that plays the root: no path and no symbolic link leads out of it.
   Every function returns a value of at least 0, or the negative errno. */

#include <stdint.h>

/* openat2(2) with RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS: `path` and every link in it count from `root`. */
int clinux_open_in_root(int root, const char *path, int flags, uint32_t mode);

/* syncfs(2): writes out everything of the file system that an open file lies on. */
int clinux_sync_file_system(int fd);
