export { createRegistryFeed } from './registry-feed.js';
export type { CallerPair, RegistryFeed, RegistryFeedOptions } from './registry-feed.js';
export { RegistryContent } from './registry-content.js';
