#define _GNU_SOURCE
#include "clinux_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

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

/* A loop device over the open file; it goes when its last user does. */
static int loop_open(int file, uint64_t offset, uint64_t size, char *path, size_t capacity)
{
    int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    if (control < 0)
        return -errno;
    int result = -EBUSY;
    /* Others may take the device that was free a moment ago. */
    for (int attempt = 0; attempt < 16 && result == -EBUSY; attempt++) {
        int number = ioctl(control, LOOP_CTL_GET_FREE);
        if (number < 0) {
            result = -errno;
            break;
        }
        snprintf(path, capacity, "/dev/loop%d", number);
        int device = open(path, O_RDONLY | O_CLOEXEC);
        if (device < 0) {
            result = -errno;
            break;
        }
        struct loop_config configuration = {
            .fd = (uint32_t)file,
            .info = {
                .lo_offset = offset,
                .lo_sizelimit = size,
                .lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR,
            },
        };
        if (ioctl(device, LOOP_CONFIGURE, &configuration) == 0) {
            result = device;
            break;
        }
        result = -errno;
        close(device);
    }
    close(control);
    return result;
}

static int configure(int context, char *options)
{
    char *rest = options;
    for (char *word = strsep(&rest, ","); word != NULL; word = strsep(&rest, ",")) {
        char *value = strchr(word, '=');
        if (value != NULL)
            *value++ = 0;
        int kind = value == NULL ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING;
        if (*word != 0 && fsconfig(context, kind, word, value, 0) < 0)
            return -errno;
    }
    return 0;
}

int clinux_open_file_system(const char *image, uint64_t offset, uint64_t size, const char *type, const char *options)
{
    char device_path[32];
    char words[256];
    if (snprintf(words, sizeof words, "ro,%s", options) >= (int)sizeof words)
        return -E2BIG;
    int file = open(image, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return -errno;
    int device = loop_open(file, offset, size, device_path, sizeof device_path);
    close(file);
    if (device < 0)
        return device;
    int context = fsopen(type, FSOPEN_CLOEXEC);
    int result = context < 0 ? -errno : 0;
    if (result == 0 && fsconfig(context, FSCONFIG_SET_STRING, "source", device_path, 0) < 0)
        result = -errno;
    if (result == 0)
        result = configure(context, words);
    if (result == 0 && fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        result = -errno;
    if (result == 0)
        result = outcome(fsmount(
            context, FSMOUNT_CLOEXEC,
            MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC));
    if (context >= 0)
        close(context);
    close(device);
    return result;
}
