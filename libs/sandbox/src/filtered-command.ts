import { existsSync } from 'node:fs';
import { type Machine, systemCallFilter } from './system-call-filter.js';

/** Debian has it in every system, however small; Node cannot make such calls. */
const perl = '/usr/bin/perl';

/** prctl, seccomp, and Landlock's three: seccomp(2), landlock(7). */
const numbers: Readonly<Record<Machine, readonly number[]>> = {
  x64: [157, 317, 444, 445, 446],
  arm64: [167, 277, 444, 445, 446],
};
const interpreters: Readonly<Record<Machine, string>> = {
  x64: '/lib64/ld-linux-x86-64.so.2',
  arm64: '/lib/ld-linux-aarch64.so.1',
};

/**
 * Confines itself for good and becomes the command. Arguments: `bounded` or `open` (whether the kernel bounds what is
 * read), the numbers, the filter, the files that may be run, `--`, what may be read, `--`, the command.
 * Landlock: EXECUTE 1, READ_FILE 4, READ_DIR 8; everything the kernel knows of is handled, so what no rule gives is refused.
 */
const script = String.raw`
use strict;
my ($reading, $numbers, $filter, @rest) = @ARGV;
my ($prctl, $seccomp, $create, $add, $restrict) = map { $_ + 0 } split /,/, $numbers;
sub next_list { my @list; while (@rest and (my $one = shift @rest) ne '--') { push @list, $one } return @list }
my @run = next_list(); my @read = next_list();
syscall($prctl, 38, 1, 0, 0, 0) == 0 or die "no_new_privs: $!\n";
if ($reading eq 'bounded') {
  my $version = syscall($create, 0, 0, 1);
  $version > 0 or die "Landlock: $!\n";
  my $known = $version >= 5 ? 16 : $version >= 3 ? 15 : $version == 2 ? 14 : 13;
  my $handled = pack('Q', (1 << $known) - 1);
  my $rules = syscall($create, $handled, 8, 0);
  $rules >= 0 or die "Landlock: $!\n";
  my $give = sub {
    my ($place, $rights) = @_;
    sysopen(my $handle, $place, 010000000) or die "$place: $!\n";
    my $rule = pack('Ql', $rights, fileno($handle));
    syscall($add, $rules, 1, $rule, 0) == 0 or die "$place: $!\n";
  };
  $give->($_, 5) for grep { -e } @run;
  $give->($_, -d $_ ? 12 : 4) for grep { -e } @read;
  syscall($restrict, $rules, 0) == 0 or die "Landlock: $!\n";
}
my $program = pack('H*', $filter);
my $described = pack('Sx6P', length($program) / 8, $program);
syscall($seccomp, 1, 0, $described) == 0 or die "seccomp: $!\n";
exec { $rest[0] } @rest or die "$rest[0]: $!\n";
`;

interface Filtering {
  /** Files and folders that the command reads. */
  readonly readable: readonly string[];
  /** Whether Landlock keeps it from the others. */
  readonly isReadingBounded: boolean;
}

export const filterProblem = (): string | null => {
  if (machine() === null) return `there is no filter of system calls for ${process.arch}`;
  return existsSync(perl) ? null : `there is no ${perl}`;
};

/** Runs the program of the command and no other; only where `filterProblem` says null. */
export function filteredCommand(
  command: readonly string[],
  { readable, isReadingBounded }: Filtering,
): string[] {
  const here = machine();
  if (here === null) throw new Error(`no filter for ${process.arch}`);
  const [program = ''] = command;
  return [
    ...[perl, '-e', script, isReadingBounded ? 'bounded' : 'open'],
    ...[numbers[here].join(','), systemCallFilter(here).toString('hex')],
    ...[program, interpreters[here], '--', ...readable, '--', ...command],
  ];
}

const machine = (): Machine | null =>
  process.arch === 'x64' || process.arch === 'arm64' ? process.arch : null;
