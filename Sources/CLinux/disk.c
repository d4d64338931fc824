#define _GNU_SOURCE
#include "clinux_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static int outcome(int result) { return result < 0 ? -errno : result; }

int clinux_disk_open(const char *path, int writable, int direct, int exclusive)
{
    int flags = (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC;
    if (direct)
        flags |= O_DIRECT;
    if (exclusive)
        flags |= O_EXCL;
    return outcome(open(path, flags));
}

int clinux_disk_geometry(int fd, uint64_t *size, uint32_t *sector)
{
    int logical = 0;
    if (ioctl(fd, BLKGETSIZE64, size) < 0 || ioctl(fd, BLKSSZGET, &logical) < 0)
        return -errno;
    *sector = (uint32_t)logical;
    return 0;
}

int clinux_disk_number(int fd, uint32_t *major_number, uint32_t *minor_number)
{
    struct stat status;
    if (fstat(fd, &status) < 0)
        return -errno;
    if (!S_ISBLK(status.st_mode))
        return -ENOTBLK;
    *major_number = major(status.st_rdev);
    *minor_number = minor(status.st_rdev);
    return 0;
}

int clinux_disk_zero(int fd, uint64_t start, uint64_t length)
{
    uint64_t range[2] = {start, length};
    /* Keeps the blocks allocated: releasing them takes some devices as long as writing them, and is what the installed
       system's fstrim does later. The kernel writes zeros itself where the device has no command for it. */
    return outcome(ioctl(fd, BLKZEROOUT, range));
}

int clinux_disk_drop_caches(int fd) { return outcome(ioctl(fd, BLKFLSBUF, 0)); }

static int partition(int fd, int operation, int number, uint64_t start, uint64_t length)
{
    struct blkpg_partition partition;
    struct blkpg_ioctl_arg argument;
    memset(&partition, 0, sizeof partition);
    memset(&argument, 0, sizeof argument);
    partition.pno = number;
    partition.start = (long long)start;
    partition.length = (long long)length;
    argument.op = operation;
    argument.datalen = sizeof partition;
    argument.data = &partition;
    return outcome(ioctl(fd, BLKPG, &argument));
}

int clinux_partition_add(int fd, int number, uint64_t start, uint64_t length)
{
    return partition(fd, BLKPG_ADD_PARTITION, number, start, length);
}

int clinux_partition_resize(int fd, int number, uint64_t start, uint64_t length)
{
    return partition(fd, BLKPG_RESIZE_PARTITION, number, start, length);
}

int clinux_partition_remove(int fd, int number) { return partition(fd, BLKPG_DEL_PARTITION, number, 0, 0); }

int clinux_mount(const char *source, const char *target, const char *type, int read_only, const char *options)
{
    return outcome(mount(source, target, type, MS_NODEV | MS_NOSUID | (read_only ? MS_RDONLY : 0), options));
}

int clinux_unmount(const char *target) { return outcome(umount2(target, UMOUNT_NOFOLLOW)); }
