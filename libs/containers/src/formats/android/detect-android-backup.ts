import { byMagic, certain } from '../by-magic.js';

export const androidBackupDetection = byMagic('android-backup', certain('application/x-android-backup'), [
  0,
  'ANDROID BACKUP\n',
]);
