import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '../find-program.js';

/**
 * Stands for /usr/sbin/clamd under Debian's AppArmor profile: run by its own path it may read and write only in the
 * packaged places, elsewhere it is as free as any program. Landlock refuses what AppArmor would, with the same EACCES.
 *
 * landlock(7): create_ruleset 444, add_rule 445, restrict_self 446, the same on every architecture; the rights are those
 * of its first version. prctl is the architecture's own number.
 */
const script = (real: string, confinedPath: string): string => `#!/usr/bin/perl
use strict;
my $everything = (1 << 13) - 1;
my $reading = 1 | 4 | 8;
if (${JSON.stringify(confinedPath)} eq 'everywhere' || $0 eq ${JSON.stringify(confinedPath)}) {
  my $attributes = pack('Q', $everything);
  my $rules = syscall(444, $attributes, 8, 0);
  exit 98 if $rules < 0;
  for my $rule (['/usr', $reading], ['/lib', $reading], ['/lib64', $reading], ['/bin', $reading], ['/etc/ld.so.cache', 4], ['/etc/clamav', $reading], ['/var/lib/clamav', $everything], ['/run/clamav', $everything], ['/proc', $reading], ['/dev/null', 2 | 4]) {
    next unless open(my $place, '<', $rule->[0]) || opendir(my $folder, $rule->[0]);
    my $handle = -1;
    if (-d $rule->[0]) { opendir(my $folder, $rule->[0]); $handle = fileno($folder); allow($rules, $rule->[1], $handle); closedir($folder); }
    else { allow($rules, $rule->[1], fileno($place)); }
  }
  my $prctl = \`uname -m\` =~ /x86_64/ ? 157 : 167;
  syscall($prctl, 38, 1, 0, 0, 0);
  exit 97 if syscall(446, $rules, 0) != 0;
}
exec ${JSON.stringify(real)}, @ARGV;
sub allow { my ($rules, $rights, $handle) = @_; my $rule = pack('Ql', $rights, $handle); syscall(445, $rules, 1, $rule, 0); }
`;

/** The folder to put first in PATH. `confined: 'everywhere'`: the copy is not free either. */
export function writeConfinedClamd(folder: string, confined: 'by its path' | 'everywhere'): string {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const file = path.join(folder, 'clamd');
  const real = findProgram('clamd') ?? '/usr/sbin/clamd';
  writeFileSync(file, script(real, confined === 'everywhere' ? 'everywhere' : file), { mode: 0o755 });
  return folder;
}
