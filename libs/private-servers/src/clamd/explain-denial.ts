import { StartError } from '../start.errors.js';

const denials = /permission denied|operation not permitted|can.t open\/parse the config file|eacces|eperm/i;

/** A security module (AppArmor, SELinux, Landlock) says no without telling who it was: the modes of the files allow it. */
export function explainDenial(error: unknown, program: string): unknown {
  if (!(error instanceof StartError) || !denials.test(error.message)) return error;
  return new StartError(
    `${error.message} (${program} may be confined to folders of its own by a security module)`,
    [
      error.nextStep,
      'and for a denial: sudo dmesg | grep -i denied',
      'With AppArmor this line frees clamd:',
      '  sudo ln -s /etc/apparmor.d/usr.sbin.clamd /etc/apparmor.d/disable/ && sudo apparmor_parser -R /etc/apparmor.d/usr.sbin.clamd',
      "Or use the system's clamd: CLAMD_URL=unix:/run/clamav/clamd.ctl",
    ].join('\n  '),
    { cause: error },
  );
}
