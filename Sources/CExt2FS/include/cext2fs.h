#pragma once

#include <stddef.h>
#include <stdint.h>

/* Fills an ext4 file system that mke2fs(8) has just made in a file (libext2fs), without mounting it. Inodes are numbered by
 * the caller, from cext2fs_first_inode on. Functions return 0 or a code that cext2fs_message explains. Not for several threads
 * at once on one file system. */

typedef struct cext2fs cext2fs;

/* What an inode says of itself. */
typedef struct {
    uint16_t mode; /* type and permissions, as in stat(2) */
    uint16_t links;
    uint32_t uid;
    uint32_t gid;
    int64_t seconds; /* since 1970, the time of the last change; ext4 holds -2^31 to 2^34 - 2^31 - 1 */
    uint32_t nanoseconds;
} cext2fs_inode;

/* An entry of a directory; `name` is not terminated. */
typedef struct {
    uint32_t inode;
    uint16_t mode; /* of the inode */
    uint8_t length;
    const uint8_t *name;
} cext2fs_entry;

/* Opens the file system at `offset` bytes of a file. */
long cext2fs_open(const char *path, uint64_t offset, cext2fs **fs);

/* Writes what is left and releases `fs`, whatever it returns. */
long cext2fs_close(cext2fs *fs);

/* Releases `fs` without finishing the file system. */
void cext2fs_abandon(cext2fs *fs);

/* The first inode that is free behind lost+found, and how many inodes there are. */
uint32_t cext2fs_first_inode(cext2fs *fs);
uint32_t cext2fs_inodes(cext2fs *fs);

/* Blocks of 4096 bytes that are free. */
uint64_t cext2fs_free_blocks(cext2fs *fs);

/* Makes an inode without content; number 2 is the root, which is there and gets new attributes. */
long cext2fs_add(cext2fs *fs, uint32_t number, const cext2fs_inode *inode);

/* Writes the content of a regular file of `size` bytes, which comes in pieces: begin, append, ..., end. One file at a time. */
long cext2fs_begin(cext2fs *fs, uint32_t number, uint64_t size);
long cext2fs_append(cext2fs *fs, const void *bytes, size_t count);
long cext2fs_end(cext2fs *fs);

/* Gives a symbolic link its target of 1 to 4095 bytes. */
long cext2fs_link(cext2fs *fs, uint32_t number, const uint8_t *target, size_t length);

/* Writes a directory's entries, without `.` and `..`. */
long cext2fs_list(cext2fs *fs, uint32_t number, uint32_t parent, const cext2fs_entry *entries, size_t count);

/* Sets an extended attribute by the name that setxattr(2) takes. */
long cext2fs_attribute(cext2fs *fs, uint32_t number, const char *name, const void *value, size_t length);

const char *cext2fs_message(long code);
