/**
 * A program of classic BPF (seccomp(2)) that refuses what a parser never needs, and that would lead out of its process: the
 * network, other processes of its account, new processes, and what Landlock does not cover of files. It names what is
 * refused and not what is allowed, because V8 and the C library begin to use new calls with any release; of calls that are
 * newer than this list the kernel is said to know nothing, which both expect.
 */
export type Machine = 'x64' | 'arm64';

interface Rule {
  readonly x64?: number;
  readonly arm64?: number;
  readonly when?: Condition;
}
type Condition =
  | { readonly kind: 'any bit of'; readonly argument: number; readonly bits: number }
  | { readonly kind: 'no bit of'; readonly argument: number; readonly bits: number }
  | { readonly kind: 'not zero'; readonly argument: number };

const both = (x64: number, arm64 = x64): Rule => ({ x64, arm64 });

/** O_WRONLY, O_RDWR, O_CREAT, O_TRUNC: a file of one's own account could be emptied by opening it for reading. */
const writing = 0o1 | 0o2 | 0o100 | 0o1000;
const cloneThread = 0x10000;

const refused: Readonly<Record<string, Rule>> = {
  socket: both(41, 198),
  // Its requests do what calls do, and no filter sees them.
  io_uring_setup: both(425),
  io_uring_enter: both(426),
  io_uring_register: both(427),

  ptrace: both(101, 117),
  process_vm_readv: both(310, 270),
  process_vm_writev: both(311, 271),
  process_madvise: both(440),
  kcmp: both(312, 272),
  move_pages: both(279, 239),
  migrate_pages: both(256, 238),
  kill: both(62, 129),
  tkill: both(200, 130),
  tgkill: both(234, 131),
  rt_sigqueueinfo: both(129, 138),
  rt_tgsigqueueinfo: both(297, 240),
  pidfd_send_signal: both(424),
  pidfd_open: both(434),
  pidfd_getfd: both(438),
  // Of another process. One's own (0) are asked for at each start.
  prlimit64: { ...both(302, 261), when: { kind: 'not zero', argument: 0 } },
  setpriority: both(141, 140),
  ioprio_set: both(251, 30),
  sched_setaffinity: both(203, 122),
  sched_setscheduler: both(144, 119),
  sched_setparam: both(142, 118),
  sched_setattr: both(314, 274),

  fork: { x64: 57 },
  vfork: { x64: 58 },
  clone: { ...both(56, 220), when: { kind: 'no bit of', argument: 0, bits: cloneThread } },

  unshare: both(272, 97),
  setns: both(308, 268),
  mount: both(165, 40),
  umount2: both(166, 39),
  pivot_root: both(155, 41),
  chroot: both(161, 51),
  bpf: both(321, 280),
  userfaultfd: both(323, 282),
  perf_event_open: both(298, 241),
  add_key: both(248, 217),
  request_key: both(249, 218),
  keyctl: both(250, 219),
  shmget: both(29, 194),
  shmctl: both(31, 195),
  shmat: both(30, 196),
  msgget: both(68, 186),
  msgctl: both(71, 187),
  msgrcv: both(70, 188),
  msgsnd: both(69, 189),
  semget: both(64, 190),
  semctl: both(66, 191),
  semop: both(65, 193),
  semtimedop: both(220, 192),
  mq_open: both(240, 180),
  mq_unlink: both(241, 181),

  open: { x64: 2, when: { kind: 'any bit of', argument: 1, bits: writing } },
  openat: { ...both(257, 56), when: { kind: 'any bit of', argument: 2, bits: writing } },
  creat: { x64: 85 },
  truncate: both(76, 45),
  rename: { x64: 82 },
  renameat: both(264, 38),
  renameat2: both(316, 276),
  link: { x64: 86 },
  linkat: both(265, 37),
  symlink: { x64: 88 },
  symlinkat: both(266, 36),
  unlink: { x64: 87 },
  unlinkat: both(263, 35),
  mkdir: { x64: 83 },
  mkdirat: both(258, 34),
  rmdir: { x64: 84 },
  mknod: { x64: 133 },
  mknodat: both(259, 33),
  chmod: { x64: 90 },
  fchmod: both(91, 52),
  fchmodat: both(268, 53),
  fchmodat2: both(452),
  chown: { x64: 92 },
  lchown: { x64: 94 },
  fchown: both(93, 55),
  fchownat: both(260, 54),
  setxattr: both(188, 5),
  lsetxattr: both(189, 6),
  fsetxattr: both(190, 7),
  removexattr: both(197, 14),
  lremovexattr: both(198, 15),
  fremovexattr: both(199, 16),
  utime: { x64: 132 },
  utimes: { x64: 235 },
  futimesat: { x64: 261 },
  utimensat: both(280, 88),
};

/** Their arguments lie in memory, where no filter sees them; without them the C library uses clone and openat. */
const absent: readonly Rule[] = [both(435), both(437)];

/** mseal, the newest call when this was written. Numbers of the x32 interface are far above. */
const newestKnown = 462;

const architectures = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;

const load = 0x20;
const jumpIfEqual = 0x15;
const jumpIfGreater = 0x25;
const jumpIfAnyBit = 0x45;
const give = 0x06;

const allow = 0x7fff0000;
const killProcess = 0x80000000;
const withErrno = (errno: number): number => 0x00050000 + errno;
const notPermitted = withErrno(1);
const notImplemented = withErrno(38);

interface Instruction {
  readonly code: number;
  readonly ifTrue?: number;
  readonly ifFalse?: number;
  readonly value: number;
}

/** Offsets in struct seccomp_data. Of arguments the lower half: flags and ids have 32 bits. */
const numberAt = 0;
const architectureAt = 4;
const argumentAt = (index: number): number => 16 + 8 * index;

/** The filter as the kernel takes it: eight bytes an instruction, in the order of bytes both machines have. */
export function systemCallFilter(machine: Machine): Buffer {
  const all: Instruction[] = [
    { code: load, value: architectureAt },
    { code: jumpIfEqual, ifTrue: 1, value: architectures[machine] },
    // Calls of another architecture have other numbers.
    { code: give, value: killProcess },
    { code: load, value: numberAt },
    { code: jumpIfGreater, ifFalse: 1, value: newestKnown },
    { code: give, value: notImplemented },
    ...absent.flatMap((rule) => forRule(machine, rule, notImplemented)),
    ...Object.values(refused).flatMap((rule) => forRule(machine, rule, notPermitted)),
    { code: give, value: allow },
  ];
  return Buffer.concat(all.map(encode));
}

function forRule(machine: Machine, rule: Rule, verdict: number): Instruction[] {
  const number = rule[machine];
  if (number === undefined) return [];
  const refusal = { code: give, value: verdict };
  if (rule.when === undefined) return [{ code: jumpIfEqual, ifFalse: 1, value: number }, refusal];
  return [
    { code: jumpIfEqual, ifFalse: 4, value: number },
    { code: load, value: argumentAt(rule.when.argument) },
    test(rule.when),
    refusal,
    { code: give, value: allow },
  ];
}

/** Goes on to the refusal, or past it. */
function test(condition: Condition): Instruction {
  switch (condition.kind) {
    case 'any bit of':
      return { code: jumpIfAnyBit, ifFalse: 1, value: condition.bits };
    case 'no bit of':
      return { code: jumpIfAnyBit, ifTrue: 1, value: condition.bits };
    case 'not zero':
      return { code: jumpIfEqual, ifTrue: 1, value: 0 };
  }
}

function encode({ code, ifTrue = 0, ifFalse = 0, value }: Instruction): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifTrue, 2);
  bytes.writeUInt8(ifFalse, 3);
  bytes.writeUInt32LE(value, 4);
  return bytes;
}
