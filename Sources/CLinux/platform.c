#define _GNU_SOURCE
#include "clinux_platform.h"
#include <malloc.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { module_init_compressed_file = 4, syslog_console_level = 8 };

int clinux_load_module(int fd, int compressed)
{
    return (int)syscall(SYS_finit_module, fd, "", compressed ? module_init_compressed_file : 0);
}

int clinux_reboot(void)
{
    sync();
    return reboot(RB_AUTOBOOT);
}

int clinux_mount_efivars(void)
{
    return mount("efivarfs", "/sys/firmware/efi/efivars", "efivarfs", MS_NOSUID | MS_NOEXEC | MS_NODEV, 0);
}

int clinux_console_level(int level) { return klogctl(syslog_console_level, 0, level); }

int clinux_keep_freed_memory(int bytes, int largest_block)
{
    return mallopt(M_TRIM_THRESHOLD, bytes) == 1 && mallopt(M_MMAP_THRESHOLD, largest_block) == 1 ? 0 : -1;
}
