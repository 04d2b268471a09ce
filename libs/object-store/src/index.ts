export type { ObjectStore, ObjectWriter, StoredObject } from './object-store.js';
export { ObjectStoreError, type ObjectStoreErrorCode } from './object-store.errors.js';
export { PasswordSeal, maxSealedBytes } from './sealed-passwords.js';
export { FolderObjectStore, objectFolders } from './folder-object-store.js';
export { openObjectStore } from './open-object-store.js';
export { keptDataKey, readKept, restoreKept, sealKept } from './kept-objects.js';
export { QuarantineKeys, addQuarantineKey, currentPublicPem, readSealingKey } from './quarantine-keys.js';
export { SealedObjectError } from './sealed-object.errors.js';
export { keyIdOf } from './sealed-object.js';
