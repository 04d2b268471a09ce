import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import type { ComponentProps } from 'react';
import { describe, expect, it } from 'vitest';
import { queryKeys } from '../api/query-keys.js';
import { sampleQuarantine } from '../../testing/fake-console/sample-quarantine.js';
import { sampleSystems } from '../../testing/fake-console/sample-systems.js';
import { describePolicy, WhatBecame } from './what-became.js';

const [encrypted, held] = sampleQuarantine();
const [system] = sampleSystems();

function show(changes: Partial<ComponentProps<typeof WhatBecame>>, mailPolicy: object | null = null) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(queryKeys.externalSystems, [
    { ...system, registrationId: 'r', state: 'accepted', mailPolicy },
  ]);
  const props: ComponentProps<typeof WhatBecame> = {
    state: 'error',
    reason: 'encrypted',
    notExamined: [{ path: ['a.zip'], engine: 'inspector', reason: 'encrypted' }],
    type: 'mail',
    registrationId: 'r',
    kept: null,
    ...changes,
  };
  const { container } = render(
    <MantineProvider>
      <QueryClientProvider client={client}>
        <WhatBecame {...props} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return container.textContent;
}

describe('what became of an object', () => {
  it('says what was answered and why, and what the mail policy makes of that', () => {
    const text = show({}, { whenNotExamined: { encrypted: 'tempfail' } });
    expect(text).toMatch(/Answered.*Not examined \(error\): a part is encrypted/);
    expect(text).toMatch(/does not report it\..*policy as it is now.*refuses it for now/);
    expect(text).toContain('Not kept');
  });

  it('says of held mail that Sluice alone has it, and leads to it', () => {
    const text = show({ kept: held ?? null }, { whenNotExamined: { encrypted: 'reject' } });
    expect(text).toMatch(/dropped its copy\. Sluice alone has the mail/);
    expect(text).not.toMatch(/not report|for good/);
    const link = screen.getByRole('link', { name: 'Open the held mail' });
    expect(link.getAttribute('href')).toBe(`/quarantine?q=${held?.object.sha256}`);
  });

  it('names subject, sender and recipients of what is kept, blind ones by their number', () => {
    const text = show({ kept: encrypted ?? null });
    expect(text).toMatch(/Contract, signed.*joerg@example\.com → anna@example\.org.*1 blind recipient/);
    expect(screen.getByRole('link', { name: 'Open in quarantine' })).toBeDefined();
  });

  it('says nothing of a mail server where there is none, and nothing at all of what is clean', () => {
    expect(show({ type: 'other' })).not.toContain('Mail server');
    expect(show({ state: 'not detected', reason: null })).not.toContain('What became of it');
  });
});

describe('a mail policy', () => {
  const policy = { whenDetected: 'tag', whenNotExamined: { encrypted: 'reject', damaged: 'hold' } } as const;

  it('is that of the strictest reason, as the sensor decides', () => {
    expect(describePolicy(policy, 'error', ['damaged', 'encrypted'])).toMatch(/now.*refuses it for good/);
    expect(describePolicy(policy, 'error', ['damaged'])).toMatch(/now.*not held/);
    expect(describePolicy(policy, 'detect', ['encrypted'])).toMatch(/now.*delivers it, with a header/);
  });

  it('is the listener’s where one of the reasons has no choice here', () => {
    expect(describePolicy(policy, 'error', ['engine-failed'])).toMatch(
      /No policy is chosen here for this: .*for now.*unless/,
    );
    expect(describePolicy(policy, 'error', ['damaged', 'unsupported'])).toMatch(
      /No policy is chosen here for this: .*not held/,
    );
    expect(describePolicy(policy, 'timeout', ['encrypted'])).toMatch(
      /No policy is chosen here for this: .*for now/,
    );
    expect(describePolicy({}, 'detect', [])).toMatch(/No policy is chosen here for this: .*for good/);
  });
});
