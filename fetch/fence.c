/*
 * fence - see fence.h.  landlock(7), seccomp(2).
 */
#include "fetch/fence.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- files -------------------------------------------------------------------------------- */

/* What the C library reads to find a server, and the TLS library to know it. */
static const char *const readable[] = {
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/etc/protocols",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/ssl",
    "/etc/pki",
    "/etc/ca-certificates",
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/usr/local/lib",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
    "/run/systemd/resolve",
    "/run/nscd",
    "/run/resolvconf",
    "/dev/urandom",
    "/dev/null",
#ifdef WHICHCAB_SANITIZED /* the leak check looks at its own threads */
    "/proc",
#endif
};

enum {
    FILE_RIGHTS = LANDLOCK_ACCESS_FS_READ_FILE,
    FOLDER_RIGHTS = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR
};

/* All that the first version knows, and what later ones add. */
static uint64_t forbidden_by(long version)
{
    uint64_t all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;

    if (version >= 2)
        all |= 1 << 13; /* moving from folder to folder */
    if (version >= 3)
        all |= 1 << 14; /* truncating */
    return all;
}

static void allow_reading(int rules, const char *path)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = FILE_RIGHTS};
    struct stat status;

    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0)
        return;
    if (fstat(rule.parent_fd, &status) == 0 && S_ISDIR(status.st_mode))
        rule.allowed_access = FOLDER_RIGHTS;
    (void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    (void)close(rule.parent_fd);
}

static void fence_files(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    struct landlock_ruleset_attr forbidden = {.handled_access_fs = forbidden_by(version)};
    const char *authorities = getenv("SSL_CERT_FILE");
    size_t i;
    int rules;

    if (version < 1)
        return;
    rules = (int)syscall(SYS_landlock_create_ruleset, &forbidden, sizeof(forbidden), 0);
    if (rules < 0)
        return;
    for (i = 0; i < sizeof(readable) / sizeof(readable[0]); i++)
        allow_reading(rules, readable[i]);
    if (authorities != NULL)
        allow_reading(rules, authorities);
    (void)syscall(SYS_landlock_restrict_self, rules, 0);
    (void)close(rules);
}

/* ---- system calls ------------------------------------------------------------------------- */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

/* The leak check of a sanitizer stops its own threads by ptrace. */
#if defined(ARCHITECTURE) && !defined(WHICHCAB_SANITIZED)

/* Programs, other processes, and what listens: none of it is needed. */
static const uint16_t forbidden_calls[] = {SYS_execve,
                                           SYS_execveat,
                                           SYS_ptrace,
                                           SYS_process_vm_readv,
                                           SYS_process_vm_writev,
                                           SYS_pidfd_open,
                                           SYS_pidfd_getfd,
                                           SYS_pidfd_send_signal,
                                           SYS_kill,
                                           SYS_tkill,
                                           SYS_rt_sigqueueinfo,
                                           SYS_rt_tgsigqueueinfo,
                                           SYS_listen,
                                           SYS_accept,
                                           SYS_accept4,
                                           SYS_shmget,
                                           SYS_shmat,
                                           SYS_msgget,
                                           SYS_semget,
                                           SYS_mq_open,
                                           SYS_unshare,
                                           SYS_setns,
                                           SYS_chroot,
                                           SYS_mount,
                                           SYS_umount2,
                                           SYS_bpf,
                                           SYS_userfaultfd,
                                           SYS_io_uring_setup,
                                           SYS_add_key,
                                           SYS_request_key,
                                           SYS_keyctl,
                                           SYS_perf_event_open,
                                           SYS_init_module,
                                           SYS_finit_module,
                                           SYS_kexec_load};

static void fence_calls(void)
{
    enum { COUNT = sizeof(forbidden_calls) / sizeof(forbidden_calls[0]) };
    struct sock_filter steps[2 * COUNT + 8];
    struct sock_fprog program = {0, steps};
    size_t i;

    steps[program.len++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    steps[program.len++] =
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    steps[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    steps[program.len++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (i = 0; i < COUNT; i++) {
        steps[program.len++] =
            (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, forbidden_calls[i], 0, 1);
        steps[program.len++] =
            (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    }
    steps[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

#else

static void fence_calls(void)
{
}

#endif

void fence_enter(void)
{
    const struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
#ifndef WHICHCAB_SANITIZED
    (void)setrlimit(RLIMIT_FSIZE, &none);
#endif
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return;
    fence_files();
    fence_calls();
}
