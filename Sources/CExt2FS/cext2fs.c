#include "cext2fs.h"

#include <errno.h>
#include <et/com_err.h>
#include <ext2fs/ext2fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct cext2fs {
    ext2_filsys fs;
    ext2_file_t file;
};

enum { root_inode = 2, fast_link = 60 };

long cext2fs_open(const char *path, uint64_t offset, cext2fs **result) {
    initialize_ext2_error_table();
    cext2fs *made = calloc(1, sizeof *made);
    if (!made) return ENOMEM;
    char options[40];
    snprintf(options, sizeof options, "offset=%llu", (unsigned long long)offset);
    errcode_t code =
        ext2fs_open2(path, options, EXT2_FLAG_RW | EXT2_FLAG_64BITS, 0, 0, unix_io_manager, &made->fs);
    if (!code) code = ext2fs_read_bitmaps(made->fs);
    if (code) {
        cext2fs_abandon(made);
        return code;
    }
    *result = made;
    return 0;
}

long cext2fs_close(cext2fs *it) {
    errcode_t code = ext2fs_close_free(&it->fs);
    if (it->fs) ext2fs_free(it->fs);
    free(it);
    return code;
}

void cext2fs_abandon(cext2fs *it) {
    if (it->file) ext2fs_file_close(it->file);
    if (it->fs) ext2fs_free(it->fs);
    free(it);
}

uint32_t cext2fs_first_inode(cext2fs *it) { return EXT2_FIRST_INODE(it->fs->super) + 1; }

uint32_t cext2fs_inodes(cext2fs *it) { return it->fs->super->s_inodes_count; }

uint64_t cext2fs_free_blocks(cext2fs *it) { return ext2fs_free_blocks_count(it->fs->super); }

static void set_attributes(struct ext2_inode_large *to, const cext2fs_inode *from) {
    to->i_mode = from->mode;
    to->i_links_count = from->links;
    to->i_uid = (uint16_t)from->uid;
    to->osd2.linux2.l_i_uid_high = (uint16_t)(from->uid >> 16);
    to->i_gid = (uint16_t)from->gid;
    to->osd2.linux2.l_i_gid_high = (uint16_t)(from->gid >> 16);
    uint32_t low = (uint32_t)from->seconds;
    /* The two lowest bits of the extra field count how often the signed 32 bits of the seconds have gone round. */
    uint32_t extra = (uint32_t)((from->seconds - (int32_t)low) >> 32 & 3) | from->nanoseconds << 2;
    to->i_atime = to->i_ctime = to->i_mtime = to->i_crtime = low;
    to->i_atime_extra = to->i_ctime_extra = to->i_mtime_extra = to->i_crtime_extra = extra;
    to->i_extra_isize = sizeof *to - EXT2_GOOD_OLD_INODE_SIZE;
}

long cext2fs_add(cext2fs *it, uint32_t number, const cext2fs_inode *from) {
    struct ext2_inode_large inode;
    memset(&inode, 0, sizeof inode);
    if (number == root_inode) {
        errcode_t code = ext2fs_read_inode_full(it->fs, number, (struct ext2_inode *)&inode, sizeof inode);
        if (code) return code;
    } else {
        if (number > it->fs->super->s_inodes_count) return EXT2_ET_INODE_ALLOC_FAIL;
        ext2fs_inode_alloc_stats2(it->fs, number, +1, S_ISDIR(from->mode));
        if (S_ISDIR(from->mode) || S_ISREG(from->mode) || S_ISLNK(from->mode)) {
            struct ext3_extent_header *header = (struct ext3_extent_header *)inode.i_block;
            inode.i_flags |= EXT4_EXTENTS_FL;
            header->eh_magic = ext2fs_cpu_to_le16(EXT3_EXT_MAGIC);
            header->eh_max = ext2fs_cpu_to_le16((sizeof inode.i_block - sizeof *header) / sizeof(struct ext3_extent));
        }
    }
    set_attributes(&inode, from);
    return ext2fs_write_inode_full(it->fs, number, (struct ext2_inode *)&inode, sizeof inode);
}

/* Gives an inode its blocks, `count` of them, in one go, so that they lie together. */
static errcode_t allocate(ext2_filsys fs, ext2_ino_t number, blk64_t count) {
    if (count == 0) return 0;
    return ext2fs_fallocate(fs, EXT2_FALLOCATE_FORCE_INIT | EXT2_FALLOCATE_INIT_BEYOND_EOF, number, NULL, ~0ULL, 0, count);
}

long cext2fs_begin(cext2fs *it, uint32_t number, uint64_t size) {
    errcode_t code = allocate(it->fs, number, (size + it->fs->blocksize - 1) / it->fs->blocksize);
    if (!code) code = ext2fs_file_open2(it->fs, number, NULL, EXT2_FILE_WRITE, &it->file);
    return code;
}

long cext2fs_append(cext2fs *it, const void *bytes, size_t count) {
    const char *rest = bytes;
    while (count > 0) {
        unsigned int written = 0;
        unsigned int step = count > (1u << 30) ? 1u << 30 : (unsigned int)count;
        errcode_t code = ext2fs_file_write(it->file, rest, step, &written);
        if (code) return code;
        if (written == 0) return EXT2_ET_SHORT_WRITE;
        rest += written;
        count -= written;
    }
    return 0;
}

long cext2fs_end(cext2fs *it) {
    ext2_file_t file = it->file;
    it->file = NULL;
    return ext2fs_file_close(file);
}

long cext2fs_link(cext2fs *it, uint32_t number, const uint8_t *target, size_t length) {
    if (length >= fast_link) {
        errcode_t code = cext2fs_begin(it, number, length);
        if (!code) code = cext2fs_append(it, target, length);
        if (it->file) {
            errcode_t ended = cext2fs_end(it);
            if (!code) code = ended;
        }
        return code;
    }
    struct ext2_inode_large inode;
    errcode_t code = ext2fs_read_inode_full(it->fs, number, (struct ext2_inode *)&inode, sizeof inode);
    if (code) return code;
    inode.i_flags &= ~EXT4_EXTENTS_FL;
    memset(inode.i_block, 0, sizeof inode.i_block);
    memcpy(inode.i_block, target, length);
    inode.i_size = (uint32_t)length;
    return ext2fs_write_inode_full(it->fs, number, (struct ext2_inode *)&inode, sizeof inode);
}

static uint8_t entry_type(uint16_t mode) {
    switch (mode & S_IFMT) {
    case S_IFREG: return EXT2_FT_REG_FILE;
    case S_IFDIR: return EXT2_FT_DIR;
    case S_IFLNK: return EXT2_FT_SYMLINK;
    case S_IFIFO: return EXT2_FT_FIFO;
    default: return EXT2_FT_UNKNOWN;
    }
}

/* One block of a directory while it is filled. */
struct block {
    char *bytes;
    unsigned int room; /* for entries */
    unsigned int used;
    struct ext2_dir_entry *last;
};

static unsigned int entry_size(unsigned int length) { return (8 + length + 3) & ~3u; }

static void put(struct block *block, uint32_t inode, uint16_t mode, const void *name, unsigned int length) {
    struct ext2_dir_entry *entry = (struct ext2_dir_entry *)(block->bytes + block->used);
    entry->inode = inode;
    entry->rec_len = (uint16_t)entry_size(length);
    ext2fs_dirent_set_name_len(entry, (int)length);
    ext2fs_dirent_set_file_type(entry, entry_type(mode));
    memcpy(entry->name, name, length);
    block->last = entry;
    block->used += entry_size(length);
}

/* How many blocks the entries take: each lies in one block. */
static size_t blocks_of(const cext2fs_entry *entries, size_t count, unsigned int room) {
    size_t blocks = 1;
    unsigned int used = entry_size(1) + entry_size(2);
    for (size_t index = 0; index < count; index++) {
        unsigned int size = entry_size(entries[index].length);
        if (used + size > room) {
            blocks++;
            used = 0;
        }
        used += size;
    }
    return blocks;
}

static errcode_t write_block(ext2_filsys fs, ext2_ino_t directory, blk64_t index, struct block *block) {
    blk64_t place = 0;
    block->last->rec_len += block->room - block->used;
    errcode_t code = ext2fs_bmap2(fs, directory, NULL, NULL, 0, index, NULL, &place);
    if (!code && place == 0) code = EXT2_ET_DIR_CORRUPTED;
    if (!code) code = ext2fs_write_dir_block4(fs, place, block->bytes, 0, directory);
    return code;
}

static void clear(ext2_filsys fs, struct block *block) {
    memset(block->bytes, 0, fs->blocksize);
    if (block->room < fs->blocksize) ext2fs_initialize_dirent_tail(fs, EXT2_DIRENT_TAIL(block->bytes, fs->blocksize));
    block->used = 0;
    block->last = NULL;
}

static errcode_t write_blocks(
    ext2_filsys fs, uint32_t number, uint32_t parent, const cext2fs_entry *entries, size_t count, struct block *block) {
    blk64_t index = 0;
    clear(fs, block);
    put(block, number, S_IFDIR, ".", 1);
    put(block, parent, S_IFDIR, "..", 2);
    for (size_t next = 0; next < count; next++) {
        if (block->used + entry_size(entries[next].length) > block->room) {
            errcode_t code = write_block(fs, number, index++, block);
            if (code) return code;
            clear(fs, block);
        }
        put(block, entries[next].inode, entries[next].mode, entries[next].name, entries[next].length);
    }
    return write_block(fs, number, index, block);
}

long cext2fs_list(cext2fs *it, uint32_t number, uint32_t parent, const cext2fs_entry *entries, size_t count) {
    ext2_filsys fs = it->fs;
    unsigned int tail = ext2fs_has_feature_metadata_csum(fs->super) ? sizeof(struct ext2_dir_entry_tail) : 0;
    struct block block = {.bytes = malloc(fs->blocksize), .room = fs->blocksize - tail};
    if (!block.bytes) return ENOMEM;
    size_t blocks = blocks_of(entries, count, block.room);
    struct ext2_inode inode;
    errcode_t code = allocate(fs, number, blocks);
    if (!code) code = write_blocks(fs, number, parent, entries, count, &block);
    if (!code) code = ext2fs_read_inode(fs, number, &inode);
    if (!code) code = ext2fs_inode_size_set(fs, &inode, (ext2_off64_t)blocks * fs->blocksize);
    if (!code) code = ext2fs_write_inode(fs, number, &inode);
    free(block.bytes);
    return code;
}

long cext2fs_attribute(cext2fs *it, uint32_t number, const char *name, const void *value, size_t length) {
    struct ext2_xattr_handle *handle = NULL;
    errcode_t code = ext2fs_xattrs_open(it->fs, number, &handle);
    if (code) return code;
    code = ext2fs_xattrs_read(handle);
    if (!code) code = ext2fs_xattr_set(handle, name, value, length);
    errcode_t closed = ext2fs_xattrs_close(&handle);
    return code ? code : closed;
}

const char *cext2fs_message(long code) { return error_message(code); }
