#define _GNU_SOURCE
#include "clinux_confine.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What headers of older kernels lack; the values are the kernel's. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif

/* struct landlock_ruleset_attr as of version 6. */
struct ruleset {
    uint64_t files;
    uint64_t ports;
    uint64_t scopes;
};

enum {
    /* Of a file. */
    READING = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE,
    WRITING = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE,
};

int clinux_landlock_version(void) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version > 0 ? (int)version : 0;
}

/* What follows up to clinux_start_confined runs between fork and exec: system calls only. Each returns 0, or -1 with errno. */

static int allow(int ruleset, const char *const *paths, uint64_t rights, uint64_t handled) {
    for (; *paths; paths++) {
        struct stat status;
        int path = open(*paths, O_PATH | O_CLOEXEC);
        if (path < 0 && (errno == ENOENT || errno == ENOTDIR)) continue;
        if (path < 0 || fstat(path, &status) != 0) return -1;
        struct landlock_path_beneath_attr rule = {.allowed_access = rights & handled, .parent_fd = path};
        if (S_ISDIR(status.st_mode)) rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
        if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) return -1;
        close(path);
    }
    return 0;
}

static int confine_files(const struct clinux_confinement *confinement) {
    int version = clinux_landlock_version();
    if (version == 0) return 0;
    /* Everything that this version knows; of networks and other processes what seccomp below does not keep away. */
    struct ruleset rules = {.files = (1ULL << 13) - 1};
    size_t size = sizeof rules.files;
    if (version >= 2) rules.files |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3) rules.files |= LANDLOCK_ACCESS_FS_TRUNCATE;
    if (version >= 5) rules.files |= LANDLOCK_ACCESS_FS_IOCTL_DEV;
    if (version >= 6) {
        /* Signals and abstract Unix sockets, to and of processes outside. */
        rules.scopes = 3;
        size = sizeof rules;
    }
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    if (ruleset < 0) return -1;
    if (allow(ruleset, confinement->readable, READING, rules.files) != 0) return -1;
    if (allow(ruleset, confinement->writable, WRITING, rules.files) != 0) return -1;
    if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) return -1;
    return close(ruleset);
}

/* No sockets, no other processes, no way round Landlock. */
static int confine_calls(void) {
#if defined(__x86_64__)
    const uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
    const uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
#error "the seccomp filter knows x86-64 and AArch64"
#endif
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define REFUSE(name, code)                              \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), \
        ANSWER(SECCOMP_RET_ERRNO | (code))
    struct sock_filter filter[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
        LOAD(nr),
        /* The x32 calls of x86-64 have numbers of their own. */
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
        REFUSE(socket, EPERM),
        REFUSE(io_uring_setup, ENOSYS),
        REFUSE(kill, EPERM),
        REFUSE(pidfd_open, EPERM),
        REFUSE(ptrace, EPERM),
        REFUSE(process_vm_readv, EPERM),
        REFUSE(process_vm_writev, EPERM),
        REFUSE(open_by_handle_at, EPERM),
        REFUSE(unshare, EPERM),
        REFUSE(setns, EPERM),
        REFUSE(mount, EPERM),
        REFUSE(bpf, EPERM),
        REFUSE(perf_event_open, EPERM),
        REFUSE(keyctl, EPERM),
        REFUSE(add_key, EPERM),
        REFUSE(request_key, EPERM),
        ANSWER(SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof filter[0], .filter = filter};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Of the capabilities only the one to read files of other owners stays: the order names a file, whoever owns it. */
static int drop_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) != 0) return -1;
    data[0].permitted &= 1u << CAP_DAC_READ_SEARCH;
    data[0].effective &= data[0].permitted;
    data[0].inheritable = 0;
    memset(&data[1], 0, sizeof data[1]);
    return (int)syscall(SYS_capset, &header, data);
}

static int limit(int resource, uint64_t value) {
    struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
    return setrlimit(resource, &limit);
}

static int become_confined(int input, int output, int error, int *report, const struct clinux_confinement *confinement) {
    sigset_t none;
    sigemptyset(&none);
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    /* Above the standard three, so that none of them is overwritten before it is used. */
    input = fcntl(input, F_DUPFD_CLOEXEC, 10);
    output = fcntl(output, F_DUPFD_CLOEXEC, 10);
    error = fcntl(error, F_DUPFD_CLOEXEC, 10);
    *report = fcntl(*report, F_DUPFD_CLOEXEC, 10);
    if (input < 0 || output < 0 || error < 0 || *report < 0) return -1;
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(error, 2) < 0) return -1;
    if (syscall(SYS_close_range, 3, ~0u, 1u << 2 /* CLOSE_RANGE_CLOEXEC */) != 0) return -1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    if (drop_capabilities() != 0 || confine_files(confinement) != 0) return -1;
    if (limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_CPU, confinement->seconds) != 0) return -1;
    if (limit(RLIMIT_FSIZE, confinement->file_size) != 0 || limit(RLIMIT_AS, confinement->memory) != 0) return -1;
    if (sigprocmask(SIG_SETMASK, &none, NULL) != 0) return -1;
    return confine_calls();
}

/* Starts it with the other ends of three pipes; the last one tells why it could not run. */
static pid_t start(
    const char *path, char *const arguments[], char *const environment[], int input, int pipes[3][2],
    const struct clinux_confinement *confinement) {
    pid_t process = fork();
    if (process == 0) {
        int report = pipes[2][1];
        if (become_confined(input, pipes[0][1], pipes[1][1], &report, confinement) == 0) {
            execve(path, arguments, environment);
        }
        int code = errno;
        ssize_t ignored = write(report, &code, sizeof code);
        (void)ignored;
        _exit(127);
    }
    if (process < 0) return -1;
    close(pipes[2][1]);
    pipes[2][1] = -1;
    int code = 0;
    ssize_t count;
    do count = read(pipes[2][0], &code, sizeof code);
    while (count < 0 && errno == EINTR);
    if (count != sizeof code) return process;
    while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
    errno = code;
    return -1;
}

pid_t clinux_start_confined(
    const char *path, char *const arguments[], char *const environment[], int input, int outputs[2],
    const struct clinux_confinement *confinement) {
    int pipes[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    pid_t process = -1;
    if (pipe2(pipes[0], O_CLOEXEC) == 0 && pipe2(pipes[1], O_CLOEXEC) == 0 && pipe2(pipes[2], O_CLOEXEC) == 0) {
        process = start(path, arguments, environment, input, pipes, confinement);
    }
    int code = errno;
    outputs[0] = process > 0 ? pipes[0][0] : -1;
    outputs[1] = process > 0 ? pipes[1][0] : -1;
    for (int index = 0; index < 3; index++) {
        for (int end = 0; end < 2; end++) {
            int is_kept = process > 0 && index < 2 && end == 0;
            if (pipes[index][end] >= 0 && !is_kept) close(pipes[index][end]);
        }
    }
    errno = code;
    return process;
}
