import { describe, expect, it } from 'vitest';
import { screen } from '@testing-library/react';
import { FakeConsole } from '../../testing/fake-console/fake-console.js';
import { renderPage } from '../../testing/render-pages.js';
import { ObjectFacts } from './object-facts.js';

const object = {
  name: 'message.eml',
  type: 'email',
  size: 10,
  sha256: 'a'.repeat(64),
  sha1: null,
  md5: null,
  detectedType: 'message/rfc822',
  isKept: false,
  keptUntil: null,
} as const;

describe('what is known of an object', () => {
  it('says of mail whose hashes these are, since what is delivered has other ones', () => {
    renderPage(<ObjectFacts object={object} />, new FakeConsole());
    expect(screen.getByText(/as seen by the sensor/)).toBeDefined();
  });

  it('does not of a file', () => {
    renderPage(<ObjectFacts object={{ ...object, type: 'file' }} />, new FakeConsole());
    expect(screen.queryByText(/as seen by the sensor/)).toBeNull();
  });

  it('leads to quarantine while the object is kept there', () => {
    const keptUntil = '2026-12-27T12:00:00Z';
    const { unmount } = renderPage(
      <ObjectFacts object={{ ...object, isKept: true, keptUntil }} />,
      new FakeConsole(),
    );
    expect(screen.getByRole('link', { name: 'in quarantine' }).getAttribute('href')).toBe(
      `/quarantine?q=${object.sha256}`,
    );
    unmount();
    renderPage(<ObjectFacts object={{ ...object, isKept: true }} />, new FakeConsole());
    expect(screen.queryByRole('link')).toBeNull();
  });
});
