#pragma once
/* System calls of the stage that the C library has no importable function for. Each returns 0, or -1 with errno. */

/* finit_module(2) without parameters; 1 where the file is compressed and the kernel is to unpack it. */
int clinux_load_module(int fd, int compressed);

/* sync(2), then reboot(2) at once. Returns only on failure. */
int clinux_reboot(void);

/* Mounts the EFI variables below /sys. */
int clinux_mount_efivars(void);

/* Makes the kernel print only messages of this level and more important ones on its consoles (syslog(2)). */
int clinux_console_level(int level);

/* Lets malloc keep freed memory, up to this many bytes in each of its arenas, and take blocks of up to largest_block
   bytes from there (mallopt(3)). Returns 0, or -1 where malloc does not know the settings. */
int clinux_keep_freed_memory(int bytes, int largest_block);
