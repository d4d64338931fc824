#define _GNU_SOURCE
#include "clinux_tree.h"

#include <errno.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

int clinux_open_in_root(int root, const char *path, int flags, uint32_t mode)
{
    struct open_how how = {
        .flags = (uint64_t)(uint32_t)flags,
        .mode = mode,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    long result = syscall(SYS_openat2, root, path, &how, sizeof how);
    return result < 0 ? -errno : (int)result;
}

int clinux_sync_file_system(int fd) { return syncfs(fd) < 0 ? -errno : 0; }
