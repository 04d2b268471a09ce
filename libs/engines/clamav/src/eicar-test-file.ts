/** The EICAR test file, in parts: as a whole it would make antivirus products quarantine this source file. */
export const eicarTestFile = (): Buffer =>
  Buffer.from(
    ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD', '-ANTIVIRUS-TEST', '-FILE!$H+H*'].join(''),
    'latin1',
  );
