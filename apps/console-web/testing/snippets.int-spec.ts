import { describe, expect, it } from 'vitest';
import { snippetLanguages } from '../src/external-systems/snippets.js';
import { compiled, describeSnippets, interpreted } from './describe-snippets.js';

describe('the snippets of an external system', () => {
  describeSnippets(interpreted);

  it('are run in every language: here, or in the proof with compilers', () => {
    expect([...interpreted, ...compiled].sort()).toEqual([...snippetLanguages].sort());
  });
});
