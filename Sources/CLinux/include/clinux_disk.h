#pragma once
/* Block devices and mounts: ioctls whose numbers and structures Swift does not import.
   Every function returns a value of at least 0, or the negative errno. */

#include <stdint.h>

/* Opens a block device or a file for reading and writing (or reading only), close-on-exec. direct: O_DIRECT;
   exclusive: O_EXCL, which fails with EBUSY where a mount or a holder uses the device. */
int clinux_disk_open(const char *path, int writable, int direct, int exclusive);

/* The size in bytes and the logical sector size of an open block device. */
int clinux_disk_geometry(int fd, uint64_t *size, uint32_t *sector);

/* The device number of an open block device, as major and minor; ENOTBLK for anything else. */
int clinux_disk_number(int fd, uint32_t *major, uint32_t *minor);

/* BLKZEROOUT: the range reads as zeros when it returns, by the device's own means where it has any. */
int clinux_disk_zero(int fd, uint64_t start, uint64_t length);

/* Writes the device's cached pages out and drops them (BLKFLSBUF). */
int clinux_disk_drop_caches(int fd);

/* BLKPG: tells the kernel of a partition, without any table on the disk. In bytes. */
int clinux_partition_add(int fd, int number, uint64_t start, uint64_t length);
int clinux_partition_resize(int fd, int number, uint64_t start, uint64_t length);
int clinux_partition_remove(int fd, int number);

/* mount(2) without flags of the caller's but read_only, and umount2(2). */
int clinux_mount(const char *source, const char *target, const char *type, int read_only, const char *options);
int clinux_unmount(const char *target);

/* A file system that lies in a file, `size` bytes from `offset` on, mounted nowhere: read-only, nosuid, nodev and noexec, in
   a mount namespace that is its descriptor's alone (fsmount(2)). Closing the descriptor, or the end of the process, takes
   it and the loop device under it away. `options`: flags and key=value pairs with commas between them. */
int clinux_open_file_system(const char *image, uint64_t offset, uint64_t size, const char *type, const char *options);
