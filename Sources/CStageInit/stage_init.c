#include "stage_init.h"
#include <sys/mount.h>
#include <unistd.h>

static int mounted;

int stage_init_mounted(void) { return mounted; }

/* A statically linked Swift program reads /proc before main and ends where it is missing, which panics the kernel when
 * the program is PID 1. Only the stage's init links this module, so that a server in a container never gets here. */
__attribute__((constructor(101))) static void stage_init_mount(void)
{
    if (getpid() != 1)
        return;
    const unsigned long flags = MS_NOSUID | MS_NOEXEC | MS_NODEV;
    mounted = mount("proc", "/proc", "proc", flags, 0) == 0;
    mounted = mount("sysfs", "/sys", "sysfs", flags, 0) == 0 && mounted;
    mounted = mount("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "mode=0755") == 0 && mounted;
}
