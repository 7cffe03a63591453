/*
 * rights - see rights.h.
 *
 * Landlock (Linux 5.13) fences in writing; system calls that it does not know about are filtered by
 * a list of what is forbidden: what media are read with depends on the C library, on the libraries
 * that unpack archives, and on their versions, so a list of what is allowed would break with each
 * of them.  Calls newer than the list don't exist (ENOSYS), as on an older kernel.
 */
#include "query/rights/rights.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The leak check at the end of a program with AddressSanitizer stops its own threads by ptrace. */
#if defined(__SANITIZE_ADDRESS__)
#define WITH_LEAK_CHECK 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_LEAK_CHECK 1
#endif
#endif

#if defined(WITH_LEAK_CHECK) || defined(__SANITIZE_THREAD__)
#define WITH_SANITIZER 1
#endif

/* ---- Landlock ------------------------------------------------------------------------------ */

/* Not in the headers of Linux 6.1; landlock(7). */
enum { FS_REFER = 1 << 13, FS_TRUNCATE = 1 << 14, NET_BIND = 1 << 0, NET_CONNECT = 1 << 1 };
enum { SCOPE_ABSTRACT_SOCKET = 1 << 0, SCOPE_SIGNAL = 1 << 1 };
struct ruleset {
    uint64_t files, network, scoped;
};

/* Writing a file, making, truncating and removing regular ones: all that is done in a folder. */
#define WRITES                                                                                     \
    (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE)

#define READS ((uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR))

#define FOLDERS (LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR)

/* What a version of Landlock can forbid, without reading. */
static struct ruleset forbidden_by(long version)
{
    struct ruleset set = {LANDLOCK_ACCESS_FS_EXECUTE | WRITES | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                              LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
                              LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                              LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM,
                          0, 0};

    if (version >= 2)
        set.files |= FS_REFER;
    if (version >= 3)
        set.files |= FS_TRUNCATE;
    if (version >= 4)
        set.network = NET_BIND | NET_CONNECT;
    if (version >= 6)
        set.scoped = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
    return set;
}

/* Bytes of the struct that a version knows; others have to be left out. */
static size_t size_known_to(long version)
{
    return version >= 6   ? sizeof(struct ruleset)
           : version >= 4 ? offsetof(struct ruleset, scoped)
                          : offsetof(struct ruleset, network);
}

/* Allows that beneath the folder, or to the file.  One that isn't there needs no rule. */
static bool allow(int rules, const char *path, uint64_t access)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = access};
    struct stat status;
    bool added;

    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0)
        return true;
    if (fstat(rule.parent_fd, &status) == 0 && !S_ISDIR(status.st_mode))
        rule.allowed_access &= ~(uint64_t)LANDLOCK_ACCESS_FS_READ_DIR; /* of files it is refused */
    added = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    (void)close(rule.parent_fd);
    return added;
}

static bool allow_reads(int rules, const struct wci_rights *rights)
{
    bool done = true;
    size_t i;

    for (i = 0; done && i < rights->readable_count; i++)
        done = allow(rules, rights->readable[i], READS);
#ifdef WITH_SANITIZER /* looks at its own memory and threads */
    done = done && allow(rules, "/proc", READS);
#endif
    return done;
}

/* Fences in writing, and reading where that is asked for; false when the kernel can't. */
static bool enter_landlock(const struct wci_rights *rights)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    struct ruleset forbidden;
    uint64_t writes;
    size_t i;
    bool done;
    int rules;

#ifdef SANDBOX_NEWEST_LANDLOCK /* a test: as on an older kernel */
    version = version > SANDBOX_NEWEST_LANDLOCK ? SANDBOX_NEWEST_LANDLOCK : version;
#endif
    forbidden = forbidden_by(version);
    writes = forbidden.files & (WRITES | FS_TRUNCATE | (rights->makes_folders ? FOLDERS : 0));
    if (version < 1)
        return false;
    if (rights->readable != NULL) {
        forbidden.files |= READS;
        writes |= READS;
    }
    rules = (int)syscall(SYS_landlock_create_ruleset, &forbidden, size_known_to(version), 0);
    if (rules < 0)
        return false;
    done = allow(rules, "/dev/null", LANDLOCK_ACCESS_FS_WRITE_FILE);
    for (i = 0; done && i < rights->folder_count; i++)
        done = allow(rules, rights->folders[i], writes);
    done = done && (rights->readable == NULL || allow_reads(rules, rights));
#ifdef SANDBOX_MEASURES_COVERAGE /* the counts are written beside the objects at the end */
    done = done && allow(rules, SANDBOX_MEASURES_COVERAGE, writes);
#endif
    done = done && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    (void)close(rules);
    return done;
}

/* ---- system calls -------------------------------------------------------------------------- */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

#ifdef ARCHITECTURE

/* The newest call of Linux 6.1, which the list below was made for; alike on all architectures. */
enum { NEWEST_CALL = 450 };

static const uint16_t forbidden_calls[] = {
    /* programs */
    SYS_execve,
    SYS_execveat,
    /* network; what is open stays open */
    SYS_socket,
    SYS_socketpair,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_sendmmsg,
    SYS_recvmmsg,
/* other processes */
#ifndef WITH_LEAK_CHECK
    SYS_ptrace,
#endif
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_process_madvise,
    SYS_process_mrelease,
    SYS_pidfd_open,
    SYS_pidfd_getfd,
    SYS_pidfd_send_signal,
    SYS_kcmp,
    SYS_tkill,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_perf_event_open,
    SYS_shmget,
    SYS_shmat,
    SYS_shmctl,
    SYS_semget,
    SYS_semop,
    SYS_semtimedop,
    SYS_semctl,
    SYS_msgget,
    SYS_msgsnd,
    SYS_msgrcv,
    SYS_msgctl,
    SYS_mq_open,
    SYS_mq_unlink,
    /* owners, modes and attributes, and times by path, which Landlock lets pass */
    SYS_fchmod,
    SYS_fchmodat,
    SYS_fchownat,
    SYS_fchown,
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_fsetxattr,
    SYS_removexattr,
    SYS_lremovexattr,
    SYS_fremovexattr,
    SYS_truncate,
    /* things that are no files */
    SYS_mknodat,
    SYS_symlinkat,
    /* privileges and name spaces */
    SYS_setuid,
    SYS_setgid,
    SYS_setreuid,
    SYS_setregid,
    SYS_setresuid,
    SYS_setresgid,
    SYS_setgroups,
    SYS_setfsuid,
    SYS_setfsgid,
    SYS_capset,
    SYS_unshare,
    SYS_setns,
    SYS_chroot,
    SYS_personality,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    /* mounts */
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_open_tree,
    SYS_move_mount,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fspick,
    SYS_mount_setattr,
    SYS_open_by_handle_at,
    SYS_fanotify_init,
    SYS_quotactl,
    SYS_quotactl_fd,
    SYS_swapon,
    SYS_swapoff,
    /* the kernel and the machine */
    SYS_bpf,
    SYS_userfaultfd,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_io_setup,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_kexec_file_load,
    SYS_reboot,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_clock_adjtime,
    SYS_adjtimex,
    SYS_acct,
    SYS_syslog,
    SYS_vhangup,
#ifdef __x86_64__ /* what newer architectures never had */
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_utime,
    SYS_utimes,
    SYS_futimesat,
    SYS_mknod,
    SYS_symlink,
    SYS_vfork,
    SYS_iopl,
    SYS_ioperm,
    SYS_modify_ldt,
    SYS__sysctl,
    SYS_uselib,
    SYS_ustat,
    SYS_sysfs,
#endif
};

/* Nor these, but where a socket is answered at. */
static const uint16_t answering_calls[] = {SYS_accept,   SYS_accept4, SYS_sendto,    SYS_sendmsg,
                                           SYS_recvfrom, SYS_recvmsg, SYS_setsockopt};

#define NEW_NAME_SPACES                                                                            \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |  \
     CLONE_NEWNET)

/* A filter that is put together step by step. */
struct filter {
    struct sock_filter steps[2 * sizeof(forbidden_calls) / sizeof(forbidden_calls[0]) + 128];
    unsigned short count;
};

static void add(struct filter *filter, unsigned code, uint32_t value, uint8_t if_true,
                uint8_t if_false)
{
    struct sock_filter step = {(uint16_t)code, if_true, if_false, value};

    filter->steps[filter->count++] = step;
}

static void load(struct filter *filter, size_t offset)
{
    add(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* The low and the high half of an argument. */
static void load_argument(struct filter *filter, unsigned number, bool high)
{
    load(filter, offsetof(struct seccomp_data, args) + 8UL * number + (high ? 4 : 0));
}

static void end_with(struct filter *filter, uint32_t result)
{
    add(filter, BPF_RET | BPF_K, result, 0, 0);
}

/* The next `steps` are for this value alone. */
static void if_equal(struct filter *filter, uint32_t value, uint8_t steps)
{
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, value, 0, steps);
}

static void fail_call(struct filter *filter, uint32_t number, int error)
{
    if_equal(filter, number, 1);
    end_with(filter, SECCOMP_RET_ERRNO | (uint32_t)error);
}

/*
 * An open file is not cut off by who may only read it: Landlock knows that since Linux 6.2 alone.
 * And no file is made that runs in its owner's name: changing modes is forbidden, making is not.
 */
static void add_open(struct filter *filter, uint32_t number, unsigned flags)
{
    if_equal(filter, number, 7);
    load_argument(filter, flags, false);
    add(filter, BPF_JMP | BPF_JSET | BPF_K, O_ACCMODE, 1, 0);
    add(filter, BPF_JMP | BPF_JSET | BPF_K, O_TRUNC, 2, 0);
    load_argument(filter, flags + 1, false);
    add(filter, BPF_JMP | BPF_JSET | BPF_K, S_ISUID | S_ISGID, 0, 1);
    end_with(filter, SECCOMP_RET_ERRNO | EPERM);
    end_with(filter, SECCOMP_RET_ALLOW);
}

static void add_opens(struct filter *filter)
{
    /* A pointer to its flags: not to be looked at.  The C library does without. */
    fail_call(filter, SYS_openat2, ENOSYS);
    add_open(filter, SYS_openat, 2);
#ifdef __x86_64__
    add_open(filter, SYS_open, 1);
    fail_call(filter, SYS_creat, EPERM);
#endif
}

/* Who gets the signals of a file is not said: it could be any process, which some signals kill. */
static void add_owners(struct filter *filter)
{
    static const uint32_t set[] = {F_SETOWN, F_SETOWN_EX, F_SETSIG};
    const size_t count = sizeof(set) / sizeof(set[0]);
    size_t i;

    if_equal(filter, SYS_fcntl, (uint8_t)(count + 3));
    load_argument(filter, 1, false);
    for (i = 0; i < count; i++)
        add(filter, BPF_JMP | BPF_JEQ | BPF_K, set[i], (uint8_t)(count - i), 0);
    end_with(filter, SECCOMP_RET_ALLOW);
    end_with(filter, SECCOMP_RET_ERRNO | EPERM);
}

/* Limits of this process alone: another one's could be set so that it is killed. */
static void add_limits(struct filter *filter)
{
    if_equal(filter, SYS_prlimit64, 4);
    load_argument(filter, 0, false);
    if_equal(filter, 0, 1);
    end_with(filter, SECCOMP_RET_ALLOW);
    end_with(filter, SECCOMP_RET_ERRNO | EPERM);
}

/* What is asked of terminals and drives; nothing that changes a file or a device. */
static void add_ioctls(struct filter *filter)
{
    static const uint32_t asked[] = {TCGETS,  TIOCGWINSZ,   FIONREAD, FIOCLEX,
                                     FIONBIO, BLKGETSIZE64, BLKSSZGET};
    const size_t count = sizeof(asked) / sizeof(asked[0]);
    size_t i;

    if_equal(filter, SYS_ioctl, (uint8_t)(count + 3));
    load_argument(filter, 1, false);
    for (i = 0; i < count; i++)
        add(filter, BPF_JMP | BPF_JEQ | BPF_K, asked[i], (uint8_t)(count - i), 0);
    end_with(filter, SECCOMP_RET_ERRNO | EPERM);
    end_with(filter, SECCOMP_RET_ALLOW);
}

/* Calls that depend on their arguments. */
static void add_special_calls(struct filter *filter, bool sets_times)
{
    const uint32_t denied = SECCOMP_RET_ERRNO | EPERM;

    /* A pointer to its flags: not to be looked at.  The C library tries clone then. */
    fail_call(filter, SYS_clone3, ENOSYS);
    if_equal(filter, SYS_clone, 4);
    load_argument(filter, 0, false);
    add(filter, BPF_JMP | BPF_JSET | BPF_K, NEW_NAME_SPACES, 0, 1);
    end_with(filter, denied);
    end_with(filter, SECCOMP_RET_ALLOW);
    /* Signals to itself, as when it aborts. */
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 1, 0);
    if_equal(filter, SYS_kill, 4);
    load_argument(filter, 0, false);
    if_equal(filter, (uint32_t)getpid(), 1);
    end_with(filter, SECCOMP_RET_ALLOW);
    end_with(filter, denied);
    add_opens(filter);
    add_limits(filter);
    add_ioctls(filter); /* typing into the terminal is none of them */
    add_owners(filter);
    /* The time of an open file (futimens), none by path; only where files are made that have one. */
    if (!sets_times)
        fail_call(filter, SYS_utimensat, EPERM);
    if_equal(filter, SYS_utimensat, 6);
    load_argument(filter, 1, false);
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3);
    load_argument(filter, 1, true);
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1);
    end_with(filter, SECCOMP_RET_ALLOW);
    end_with(filter, denied);
}

/* Forbids system calls; false when the kernel can't. */
static bool enter_seccomp(bool sets_times, bool serves)
{
    struct filter filter = {.count = 0};
    struct sock_fprog program = {.filter = filter.steps};
    size_t i;

    load(&filter, offsetof(struct seccomp_data, arch));
    add(&filter, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    end_with(&filter, SECCOMP_RET_KILL_PROCESS);
    load(&filter, offsetof(struct seccomp_data, nr));
    add(&filter, BPF_JMP | BPF_JGT | BPF_K, NEWEST_CALL, 0, 1);
    end_with(&filter, SECCOMP_RET_ERRNO | ENOSYS);
    for (i = 0; i < sizeof(forbidden_calls) / sizeof(forbidden_calls[0]); i++)
        fail_call(&filter, forbidden_calls[i], EPERM);
    for (i = 0; !serves && i < sizeof(answering_calls) / sizeof(answering_calls[0]); i++)
        fail_call(&filter, answering_calls[i], EPERM);
    add_special_calls(&filter, sets_times);
    end_with(&filter, SECCOMP_RET_ALLOW);
    program.len = filter.count;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#else

static bool enter_seccomp(bool sets_times, bool serves)
{
    (void)sets_times;
    (void)serves;
    return false; /* no list of system calls for this processor */
}

#endif

/* ---- capabilities -------------------------------------------------------------------------- */

/* The superuser keeps the right to read and write files; for others it changes nothing. */
static void drop_capabilities(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
    const uint32_t kept = 1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH;

    memset(sets, 0, sizeof(sets));
    if (syscall(SYS_capget, &header, sets) != 0)
        return;
    sets[0].effective &= kept;
    sets[0].permitted &= kept;
    sets[0].inheritable = 0;
    memset(&sets[1], 0, sizeof(sets[1]));
    (void)syscall(SYS_capset, &header, sets);
}

/* ---- all of it ----------------------------------------------------------------------------- */

void wci_rights_drop(const struct wci_rights *rights, struct wci_rights_dropped *dropped)
{
    drop_capabilities();
    *dropped = (struct wci_rights_dropped){false, false};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return;
    dropped->files = enter_landlock(rights);
    dropped->calls = enter_seccomp(rights->sets_times, rights->serves);
}
