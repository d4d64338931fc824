#pragma once
/* Programs that see a few files and nothing else: Landlock, seccomp and resource limits, none of which needs a capability. */
#include <stdint.h>
#include <sys/types.h>

/* What a confined program may use. */
struct clinux_confinement {
    /* Files and directories that it may read and run, and files that it may read and write; each list ends with NULL. What
       is missing of them is left out. */
    const char *const *readable;
    const char *const *writable;
    /* RLIMIT_AS in bytes, RLIMIT_CPU in seconds, RLIMIT_FSIZE in bytes. */
    uint64_t memory;
    uint64_t seconds;
    uint64_t file_size;
};

/* Starts the program at an absolute path, confined, in a process group of its own, with `input` as its standard input and
   no other descriptor of this process. Returns its process id, or -1 with errno where it could not be confined or run;
   outputs are the ends where its standard output and standard error are read, which the caller closes. Where the kernel has
   no Landlock it sees all files; see clinux_landlock_version. */
pid_t clinux_start_confined(
    const char *path, char *const arguments[], char *const environment[], int input, int outputs[2],
    const struct clinux_confinement *confinement);

/* The version of Landlock in the running kernel (landlock_create_ruleset(2)); 0 where it has none. */
int clinux_landlock_version(void);
