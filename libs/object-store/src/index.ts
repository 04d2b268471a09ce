export type { ObjectStore, ObjectWriter, StoredObject } from './object-store.js';
export { ObjectStoreError, type ObjectStoreErrorCode } from './object-store.errors.js';
export { PasswordSeal, maxSealedBytes } from './sealed-passwords.js';
export { FolderObjectStore, objectFolders } from './folder-object-store.js';
export { openObjectStore } from './open-object-store.js';
