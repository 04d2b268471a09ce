import { describe, vi } from 'vitest';
import { compiled, describeSnippets } from './describe-snippets.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

describe('the compiled snippets of an external system', () => describeSnippets(compiled));
